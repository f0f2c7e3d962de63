"""Each vector store on a place that a test has to itself: folders, and real servers that the session starts once."""

import asyncio
import atexit
import os
import signal
import socket
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.memory.vector_store import InMemoryVectorStore
from entrypoints.parts import StartedVectorStore
from tests.contracts.directions import Reopen
from tests.contracts.sql_engines import administer, an_empty_postgresql
from tests.contracts.vector_places import Place, store_at
from tests.contracts.vector_store_upkeep_contract import Written
from tests.doubles.qdrant_double import QdrantDouble

Opening = Callable[[], StartedVectorStore]
WAIT_SECONDS = 20.0
_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """What takes a server away, and gives it back as it was."""

    begin: Callable[[], Awaitable[None]]
    end: Callable[[], Awaitable[None]]


class OnePlace:
    """The fixtures of every contract of vector stores. A subclass gives `place`, and `outage` where it is a server."""

    @pytest.fixture
    def opening(self, place: Place) -> Opening:
        """A store on the place, not started yet, as often as asked."""
        return partial(store_at, place)

    @pytest.fixture
    async def owners(self, opening: Opening) -> AsyncIterator[list[StartedVectorStore]]:
        """Every store that was open on the place, the last one open."""
        owners = [opening()]
        await owners[0].start()
        yield owners
        await owners[-1].close()

    @pytest.fixture
    def store(self, owners: list[StartedVectorStore]) -> StartedVectorStore:
        return owners[0]

    @pytest.fixture
    def reopen(self, owners: list[StartedVectorStore], opening: Opening) -> Reopen:
        async def again() -> StartedVectorStore:
            await owners[-1].close()
            owners.append(opening())
            await owners[-1].start()
            return owners[-1]

        return again

    @pytest.fixture
    def written(self, tmp_path: Path) -> Written:
        """All that is in the folder of the test; servers keep theirs elsewhere."""
        return lambda: b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


class ChromaServerProcess:
    """A Chroma server as a child process; after a stop it comes back at the same port, with what it had."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [str(Path(sysconfig.get_path("scripts")) / "chroma"), "run", "--path", str(self._folder)]
        command += ["--host", "127.0.0.1", "--port", self.url.rpartition(":")[2]]
        environment = {**os.environ, "ANONYMIZED_TELEMETRY": "False"}
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            try:
                with urlopen(f"{self.url}/api/v2/heartbeat", timeout=1):  # noqa: S310  # loopback
                    return
            except OSError:
                time.sleep(0.02)
        raise TimeoutError("the Chroma server did not start")

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(WAIT_SECONDS)
            self._process = None

    def a_database(self) -> str:
        """The URL of a database with nothing in it."""
        name = f"test_{next(_numbers)}"
        address = f"{self.url}/api/v2/tenants/default_tenant/databases"
        headers = {"Content-Type": "application/json"}
        body = f'{{"name": "{name}"}}'.encode()
        with urlopen(Request(address, data=body, headers=headers), timeout=WAIT_SECONDS):  # noqa: S310  # loopback
            return f"{self.url}?database={name}"


@cache
def chroma_server() -> ChromaServerProcess:
    """The one of the session; it stops with it."""
    # In memory where there is such a folder: nothing of a test has to survive a power cut.
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a folder of one's own is made in it
    folder = tempfile.TemporaryDirectory(prefix="quantrail-chroma-", dir=memory, ignore_cleanup_errors=True)
    server = ChromaServerProcess(Path(folder.name))
    server.start()
    atexit.register(folder.cleanup)
    atexit.register(server.kill)
    return server


_databases: list[str] = []


async def an_emptied_postgresql() -> str:
    """The URL of a database without cards: to make one takes half a second, to empty it nothing."""
    if not _databases:
        # Nothing of a test has to survive a power cut.
        await administer("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        _databases.append(await an_empty_postgresql())
    engine = create_async_engine(_databases[0].replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE IF EXISTS vector_cards, vector_mark"))
    await engine.dispose()
    return _databases[0]


async def rows_in(url: str, statement: str) -> list[object]:
    """The first column of what a database answers."""
    engine = create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.connect() as connection:
        rows = list((await connection.execute(text(statement))).scalars())
    await engine.dispose()
    return rows


class InMemory(OnePlace):
    @pytest.fixture
    def opening(self) -> Opening:
        only = InMemoryVectorStore()
        return lambda: only


class InChromaFolder(OnePlace):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return Place(kind="chroma", where=str(tmp_path / "벡터"))


class OnChromaServer(OnePlace):
    @pytest.fixture
    def place(self) -> Place:
        return Place(kind="chroma-http", where=chroma_server().a_database())

    @pytest.fixture
    def outage(self) -> Outage:
        server = chroma_server()

        async def begin() -> None:
            await asyncio.to_thread(server.kill)

        async def end() -> None:
            await asyncio.to_thread(server.start)

        return Outage(begin=begin, end=end)


class InQdrantFolder(OnePlace):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return Place(kind="qdrant", where=str(tmp_path / "벡터"))


class OnQdrantDouble(OnePlace):
    @pytest.fixture
    def double(self) -> Iterator[QdrantDouble]:
        double = QdrantDouble()
        double.start()
        yield double
        double.stop()

    @pytest.fixture
    def place(self, double: QdrantDouble) -> Place:
        return Place(kind="qdrant", where=double.url)

    @pytest.fixture
    def outage(self, double: QdrantDouble) -> Outage:
        async def begin() -> None:
            await asyncio.to_thread(double.stop)

        async def end() -> None:
            await asyncio.to_thread(double.start)

        return Outage(begin=begin, end=end)


class OnPgvector(OnePlace):
    @pytest.fixture
    async def place(self) -> Place:
        return Place(kind="pgvector", where=await an_emptied_postgresql())

    @pytest.fixture
    def outage(self, place: Place) -> Outage:
        """The server turns away whoever wants this database, and those who are in it."""
        name = urlsplit(place.where).path.strip("/")

        async def begin() -> None:
            await administer(
                f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",  # noqa: S608  # ours
            )

        async def end() -> None:
            await administer(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

        return Outage(begin=begin, end=end)
