"""Where a Qdrant is: a folder that is embedded here, or a server."""

import fcntl
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from qdrant_client import QdrantClient, models
from qdrant_client.local.qdrant_local import QdrantLocal

from adapters.qdrant.errors import PART, qdrant_failures
from adapters.qdrant.points import OWNER
from domain.errors import StoreUnavailable

TIMEOUT_SECONDS = 30


class QdrantFolder:
    """Where an embedded Qdrant keeps its points: one process at a time, and one thread.

    Its filters look through a list for each point, so that some ids among many are better looked up.
    """

    threads = 1
    looks_up_ids = True
    search_params: models.SearchParams | None = None

    def __init__(self, path: str) -> None:
        self.where = path
        self._path = Path(path).expanduser().absolute()

    def opened(self) -> QdrantClient:
        """A client that owns the folder, made where there was none. Raises: StoreUnavailable."""
        self._refuse_if_owned()
        with qdrant_failures(self.where):
            client = QdrantClient(path=str(self._path))
        self.prepare(client)
        return client

    def prepare(self, client: QdrantClient, _name: str | None = None) -> None:
        """Its collections wait for the disk no longer than a crash of this program asks for.

        Each point is a transaction there, which by itself waits for the disk: 2,000 points took 30 s. Through a
        log they take half a second; a loss of power can cost the last of them, and the index is built anew then.
        """
        local = client._client  # noqa: SLF001  # there is no other way to its connections
        for each in local.collections.values() if isinstance(local, QdrantLocal) else ():
            if each.storage is not None:
                each.storage.storage.execute("PRAGMA journal_mode=WAL")
                each.storage.storage.execute("PRAGMA synchronous=NORMAL")

    def _refuse_if_owned(self) -> None:
        """Asked before Qdrant does: where it finds the folder locked, it leaves a file open."""
        with qdrant_failures(self.where):
            self._path.mkdir(parents=True, exist_ok=True)
            with (self._path / ".lock").open("a") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise StoreUnavailable(PART, f"the folder {self._path} is in use by another process") from None

    def scrub(self) -> None:
        """Nothing is left of what was deleted: SQLite keeps it on free pages."""
        for path in self._path.glob("collection/*/storage.sqlite"):
            with closing(sqlite3.connect(path, isolation_level=None)) as database:
                database.execute("VACUUM")
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class QdrantServer:
    """A server under a URL, `http://…` or `https://…`; `KEY@` before the host is its API key."""

    threads = 8
    looks_up_ids = False
    search_params: models.SearchParams | None = models.SearchParams(exact=True)

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        self.where = f"{parts.scheme}://{host}{parts.path}"
        self._key = parts.password or parts.username

    def opened(self) -> QdrantClient:
        """A client that reaches the server when it is asked first."""
        return QdrantClient(url=self.where, api_key=self._key, timeout=TIMEOUT_SECONDS, check_compatibility=False)

    def prepare(self, client: QdrantClient, name: str) -> None:
        """Each user's points lie together, before there are any."""
        schema = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True)
        client.create_payload_index(name, field_name=OWNER, field_schema=schema)

    def scrub(self) -> None:
        """Nothing: a server's own optimizer rewrites what has many deleted points."""


def place_of(url: str) -> QdrantFolder | QdrantServer:
    """The server under a URL, or the folder at a path."""
    return QdrantServer(url) if url.startswith(("http://", "https://")) else QdrantFolder(url)
