"""Where a Qdrant is: a folder that is embedded here, or a server."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from qdrant_client import QdrantClient, models

from adapters.qdrant.errors import PART, qdrant_failures
from adapters.qdrant.points import OWNER
from domain.errors import StoreUnavailable

TIMEOUT_SECONDS = 30


class QdrantFolder:
    """Where an embedded Qdrant keeps its points: one process at a time, and one thread."""

    threads = 1

    def __init__(self, path: str) -> None:
        self.where = path
        self._path = Path(path).expanduser().absolute()

    def opened(self) -> QdrantClient:
        """A client that owns the folder, made where there was none. Raises: StoreUnavailable."""
        try:
            with qdrant_failures(self.where):
                return QdrantClient(path=str(self._path))
        except RuntimeError as error:
            raise StoreUnavailable(PART, f"the folder {self._path} is in use by another process") from error

    def prepare(self, client: QdrantClient, name: str) -> None:
        """Nothing: the embedded mode has no indexes of payloads."""

    def scrub(self) -> None:
        """Nothing is left of what was deleted: SQLite keeps it on free pages."""
        for path in self._path.glob("collection/*/storage.sqlite"):
            with closing(sqlite3.connect(path, isolation_level=None)) as database:
                database.execute("VACUUM")


class QdrantServer:
    """A server under a URL, `http://…` or `https://…`; `KEY@` before the host is its API key."""

    threads = 8

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
