"""aiosqlite with one trip to the connection's thread a statement, where its own cursors make four.

A trip costs more than most statements of a transaction do. So the first statement of a transaction takes its BEGIN
along, and where nothing was begun nothing is ended.
"""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any, Self, TypeVar

import aiosqlite

T = TypeVar("T")
PATIENCE_MS = 5_000
"""How long a writer waits in its thread for one of another process."""
SLOW_SECONDS, IN_THREAD_SECONDS = 0.02, 10.0
"""A disk that took so long once is left to the thread for a while."""


class OneTripCursor:
    """What SQLAlchemy asks of a cursor; every row is fetched where the statement ran."""

    arraysize = 1

    def __init__(self, run: Callable[..., Awaitable[None]]) -> None:
        self._run = run
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Sequence[object] = ()) -> Self:
        """The statement has run."""
        await self._run(self._execute, statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Iterable[Sequence[object]]) -> Self:
        """The statement has run for each."""
        await self._run(self._execute_many, statement, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """Every row."""
        return self._rows

    async def close(self) -> None:
        """Nothing is open any more when a statement has run."""

    def _execute(self, connection: sqlite3.Connection, statement: str, parameters: Sequence[object]) -> None:
        self._keep(connection.execute(statement, parameters))

    def _execute_many(
        self, connection: sqlite3.Connection, statement: str, parameters: Iterable[Sequence[object]]
    ) -> None:
        self._keep(connection.executemany(statement, parameters))

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self.description, self._rows = cursor.description, cursor.fetchall()
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        cursor.close()


class OneTripConnection(aiosqlite.Connection):
    """A connection whose thread ends with the process, as SQLAlchemy wants it."""

    def __init__(self, path: str, pragmas: Sequence[str] = ()) -> None:
        super().__init__(partial(_opened, path, pragmas), 64)
        self._thread.daemon = True
        self.begins_with: str | None = None
        self.stopped: asyncio.Future[Any] | None = None
        self._in_thread_until = 0.0

    def cursor(self) -> Any:  # noqa: ANN401  # the base wraps its own kind of cursor
        """A cursor of one trip."""
        return OneTripCursor(self._on_thread)

    async def commit(self) -> None:
        """What was begun is committed; where nothing was begun, no trip is made."""
        self.begins_with = None
        if self.in_transaction:
            await super().commit()

    async def rollback(self) -> None:
        """What was begun is undone; where nothing was begun, no trip is made."""
        self.begins_with = None
        if self.in_transaction:
            await super().rollback()

    async def on_thread(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What the work makes of the connection, in its thread."""
        done: T = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]  # as it is there
        return done

    async def transact(self, work: Callable[[sqlite3.Connection], T], *, brief: bool = False) -> T:
        """What the work returns, once all that it changed is committed: all in one trip.

        Work that is brief makes none: waking two threads takes longer than it does. It goes to the thread all the same
        where the file is busy or the disk was slow of late, so that nobody else ever waits for either. The connection
        must be one of a busy_timeout of 0, and commits must not wait for the disk.
        """
        started = time.monotonic()
        if brief and started >= self._in_thread_until and _begins_at_once(self._conn):
            try:
                return _committed(work, self._conn)
            finally:
                ended = time.monotonic()
                if ended - started > SLOW_SECONDS:
                    self._in_thread_until = ended + IN_THREAD_SECONDS
        return await self.on_thread(partial(_transacted, work))

    def stop(self) -> "asyncio.Future[Any] | None":
        """As the base; what it returns is kept, since the base drops it where connecting fails."""
        self.stopped = super().stop()
        return self.stopped

    async def _on_thread(self, function: Callable[..., None], *arguments: object) -> None:
        beginning, self.begins_with = self.begins_with, None
        work = partial(function, self._conn, *arguments)
        if beginning is not None:
            work = partial(_begun, self._conn, beginning, work)
        await self._execute(work)  # type: ignore[no-untyped-call]  # as it is there


def _begun(connection: sqlite3.Connection, beginning: str, work: Callable[[], None]) -> None:
    connection.execute(beginning)
    work()


def _opened(path: str, pragmas: Sequence[str]) -> sqlite3.Connection:
    # The driver begins nothing by itself: its own BEGIN is deferred, and comes only before a change.
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _begins_at_once(connection: sqlite3.Connection) -> bool:
    """Whether a transaction has begun: no other process writes just now."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def _transacted(work: Callable[[sqlite3.Connection], T], connection: sqlite3.Connection) -> T:
    connection.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
    try:
        connection.execute("BEGIN IMMEDIATE")
    finally:
        connection.execute("PRAGMA busy_timeout=0")
    return _committed(work, connection)


def _committed(work: Callable[[sqlite3.Connection], T], connection: sqlite3.Connection) -> T:
    try:
        done = work(connection)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return done


async def connect(path: str, *pragmas: str) -> OneTripConnection:
    """An open connection set up so; where it cannot be, its thread has ended too. Raises: sqlite3.Error."""
    connection = OneTripConnection(path, pragmas)
    try:
        await connection
    except sqlite3.Error:
        if connection.stopped is not None:
            await connection.stopped
        raise
    return connection
