"""A database that is there or says that it is not: engines, transactions, outages."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, event, make_url, select, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from adapters.sql.checkpoints import Checkpoints
from adapters.sql.outages import TransactionConflict, database_failures, file_failures, server_failures
from adapters.sql.schema import migrate
from adapters.sql.sqlite_driver import PATIENCE_MS, OneTripConnection, connect
from domain.errors import ConfigurationError, StoreUnavailable, Violation

SETTING = "QUANTRAIL_DATABASE_URL"
SQLITE, POSTGRESQL = "sqlite", "postgresql"
CONNECT_TIMEOUT_SECONDS = 5
COMMAND_TIMEOUT_SECONDS = 60
# One that reads a ledger of tens of millions of rows whole.
AUDIT_TIMEOUT_SECONDS = 3_600
LEAST_BYTES_FREE = 32 * 1024 * 1024
POOL_TIMEOUT_SECONDS = 20
"""Waiting for one of few connections while many ask at once is no outage; one that does not connect fails in 5."""
PRAGMAS = (f"busy_timeout={PATIENCE_MS}", "foreign_keys=ON", "secure_delete=ON")
# NORMAL outlives a crash of this program, FULL a loss of power too: a commit then waits for the disk.
SYNCHRONOUS = ("NORMAL", "FULL")
# The log is moved into the file beside the writers: see checkpoints.py. They keep the ends of every index in memory: of
# a large ledger each user's is a page of its own.
WRITING = ("journal_mode=WAL", "wal_autocheckpoint=0", "cache_size=-32000")

T = TypeVar("T")
_READ_ONLY = text("SHOW transaction_read_only")


class Database:
    """One database under a URL, `sqlite:///path` or `postgresql://…`; a path may end in `?synchronous=FULL`.

    Raises: ConfigurationError for another URL, or where the driver for it is not installed.
    """

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self._url = parsed = _parsed(url)
        self.dialect = parsed.drivername
        self._closed = False
        # One writer at a time to a file, in this process too: waiting here is fair, spinning on a busy file is not.
        # Whoever waits in the line to the turn leaves the ledger's batches one place in front of the others.
        self._line, self._turn = asyncio.Lock(), asyncio.Lock()
        self._direct: OneTripConnection | None = None
        self._kept: AsyncConnection | None = None
        if self.dialect == SQLITE:
            self._path = parsed.database or ""
            synchronous = _synchronous(parsed)
            pragmas = (*PRAGMAS, f"synchronous={synchronous}")
            self._flushes = synchronous != SYNCHRONOUS[0]
            self._writing = (*pragmas, *WRITING)
            self._checkpoints = Checkpoints(self._path, self._turn)
            self._writer = _sqlite(parsed, 1, pragmas=self._writing)
            event.listen(self._writer.sync_engine, "begin", _begin_with_the_first_statement)
            # A reader that writes by mistake would go around the lock that writers wait at.
            self._reader = self._auditor = _sqlite(parsed, pool_size, pragmas=(*pragmas, "query_only=ON"))
        else:
            self._writer = self._reader = _postgresql(
                parsed, pool_size, command_timeout_seconds=COMMAND_TIMEOUT_SECONDS
            )
            self._auditor = _postgresql(parsed, 1, command_timeout_seconds=AUDIT_TIMEOUT_SECONDS)

    async def start(self) -> None:
        """The schema is the newest one.

        Raises: StoreUnavailable; ConfigurationError where a newer version of this program made the schema.
        """
        async with self.write() as connection:
            await connection.run_sync(migrate)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read on; each statement sees what was committed when it began. Raises: StoreUnavailable."""
        async with self._transaction(self._reader) as connection:
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read on, of which every statement sees the same moment. Raises: StoreUnavailable."""
        async with self._transaction(self._auditor) as connection:
            # A reader of SQLite begins nothing by itself; a server has begun, and takes this as the first statement.
            words = "BEGIN" if self.dialect == SQLITE else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
            await connection.execute(text(words))
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose changes are committed at the end, or none of them. Raises: StoreUnavailable."""
        if self.dialect == POSTGRESQL:
            async with self._transaction(self._writer) as connection:
                yield connection
        else:
            async with self._line, self._turn, self._transaction(self._writer) as connection:
                yield connection
            self._checkpoints.after_commit()

    async def one_trip(self, work: Callable[[sqlite3.Connection], T], *, brief: bool = False) -> T:
        """What the work makes of a connection of its own, in one transaction; SQLite only.

        It waits for one other writer at most. Brief work, of a fraction of a millisecond, is done on the spot, where a
        commit does not wait for the disk. Raises: StoreUnavailable.
        """
        async with self._turn:
            self._check_open()
            with file_failures():
                if self._direct is None:
                    self._direct = await connect(self._path, *self._writing, "busy_timeout=0")
                done = await self._direct.transact(work, brief=brief and not self._flushes)
        self._checkpoints.after_commit()
        return done

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[Any]:
        """The driver's own connection, the same one each time while it lasts; PostgreSQL only.

        Raises: TransactionConflict, StoreUnavailable.
        """
        async with self._turn:
            self._check_open()
            with server_failures():
                connection = await self._kept_connection()
            try:
                with server_failures():
                    yield connection
            except TransactionConflict:
                raise
            except BaseException:
                # Nobody knows whether a transaction is open: a BEGIN that came too late for us is not for the server,
                # and the driver would make savepoints in it of all that follows, never committed.
                connection.terminate()
                raise

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[OneTripConnection]:
        """A connection of its own to the file, to which nobody else writes; SQLite only. Raises: StoreUnavailable."""
        async with self._line, self._turn:
            self._check_open()
            with file_failures():
                connection = await connect(self._path, *self._writing)
                try:
                    yield connection
                finally:
                    await connection.close()

    @asynccontextmanager
    async def unhurried(self) -> AsyncIterator[AsyncConnection]:
        """A connection outside of any transaction, whose statements take as long as they do; PostgreSQL only.

        Raises: StoreUnavailable.
        """
        self._check_open()
        engine = _postgresql(self._url, 1, command_timeout_seconds=None)
        try:
            with database_failures():
                async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                    yield connection
        finally:
            await engine.dispose()

    async def check(self) -> str:
        """The engine's name, where it answers and takes changes. Raises: StoreUnavailable."""
        async with self.read() as connection:
            if self.dialect == POSTGRESQL and (await connection.execute(_READ_ONLY)).scalar_one() == "on":
                raise StoreUnavailable("database", "the server is read-only")
            await connection.execute(select(1))
        if self.dialect == SQLITE:
            await self.one_trip(_nothing)
            await asyncio.to_thread(_check_free, Path(self._path).parent)
        return self.dialect

    async def close(self) -> None:
        """Every connection is closed; whoever asks from now on is told that the store is unavailable."""
        self._closed = True
        if self.dialect == SQLITE:
            await self._checkpoints.close()
        if self._direct is not None:
            await self._direct.close()
        if self._kept is not None:
            await self._kept.close()
        for engine in {self._writer, self._reader, self._auditor}:
            await engine.dispose()

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        self._check_open()
        with database_failures():
            async with engine.begin() as connection:
                yield connection

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailable("database", "the database was closed")

    async def _kept_connection(self) -> Any:  # noqa: ANN401  # asyncpg has no types
        if self._kept is not None:
            connection = (await self._kept.get_raw_connection()).driver_connection
            if connection is not None and not connection.is_closed():
                return connection
            # Forgotten first: where the server is still away, the next one who asks must not meet what is closed here.
            lost, self._kept = self._kept, None
            await lost.invalidate()
            await lost.close()
        with database_failures():
            self._kept = await self._writer.connect()
        return (await self._kept.get_raw_connection()).driver_connection


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _refused(url) from error
    in_memory = parsed.drivername == SQLITE and parsed.database in (None, "", ":memory:")
    if parsed.drivername not in (SQLITE, POSTGRESQL) or in_memory:
        raise _refused(parsed.render_as_string(hide_password=True))
    return parsed


def _synchronous(url: URL) -> str:
    """What a commit to the file waits for. Raises: ConfigurationError for any other option of it."""
    wanted = {name.casefold(): str(value).upper() for name, value in url.query.items()}
    mode = wanted.pop("synchronous", SYNCHRONOUS[0])
    if wanted or mode not in SYNCHRONOUS:
        message = (
            f"{url.render_as_string()!r}: after ? only synchronous={' or synchronous='.join(SYNCHRONOUS)} may stand"
        )
        raise ConfigurationError(Violation(field=SETTING, message=message))
    return mode


def _refused(url: str) -> ConfigurationError:
    message = f"{url!r} is none of sqlite:///path, postgresql://user:password@host/name"
    return ConfigurationError(Violation(field=SETTING, message=message))


def _sqlite(url: URL, pool_size: int, *, pragmas: tuple[str, ...]) -> AsyncEngine:
    return create_async_engine(
        url.set(drivername="sqlite+aiosqlite", query={}),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        hide_parameters=True,  # what users said stays out of messages and logs
        async_creator=partial(connect, url.database or "", *pragmas),
    )


def _begin_with_the_first_statement(connection: Connection) -> None:
    driver: OneTripConnection = connection.connection.driver_connection  # type: ignore[assignment]  # it is declared as anything
    driver.begins_with = "BEGIN IMMEDIATE"


def _nothing(_: sqlite3.Connection) -> None:
    """A transaction that may change something, and does not."""


def _check_free(folder: Path) -> None:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise StoreUnavailable("database", f"{folder}: {error.strerror or error}") from error
    if free < LEAST_BYTES_FREE:
        raise StoreUnavailable("database", f"{free:,} bytes are left on the disk of {folder}")


def _postgresql(
    url: URL, pool_size: int, *, command_timeout_seconds: float | None = COMMAND_TIMEOUT_SECONDS
) -> AsyncEngine:
    arguments: dict[str, Any] = {"timeout": CONNECT_TIMEOUT_SECONDS, "command_timeout": command_timeout_seconds}
    try:
        return create_async_engine(
            url.set(drivername="postgresql+asyncpg"),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=POOL_TIMEOUT_SECONDS,
            connect_args=arguments,
            hide_parameters=True,
        )
    except ModuleNotFoundError as error:
        message = "PostgreSQL needs a driver; install it with: pip install 'quantrail[postgres]'"
        raise ConfigurationError(Violation(field=SETTING, message=message)) from error
