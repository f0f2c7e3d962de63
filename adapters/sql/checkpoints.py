"""What SQLite committed to its log is moved into its file beside the writers, who would else do it every few commits.

Moving costs flushes to the disk: milliseconds in which whoever commits, and everybody behind, would wait.
"""

import asyncio
import contextlib
import sqlite3
from functools import partial
from pathlib import Path

from adapters.sql.sqlite_driver import OneTripConnection, connect

PRAGMAS = ("busy_timeout=100", "synchronous=NORMAL")
COMMITS, GROWTH_BYTES = 200, 4_000_000
"""It is time to move after so many commits, or where the log's file has grown so much."""
RESTARTED_FROM_PAGES = 16_000
"""The log begins anew by itself in any pause. Where there is none, a writer's turn is taken for it at this length."""


class Checkpoints:
    """Of one file, on a connection and a thread of their own."""

    def __init__(self, path: str, turn: asyncio.Lock) -> None:
        self._log = Path(f"{path}-wal")
        self._path = path
        self._turn = turn
        self._connection: OneTripConnection | None = None
        self._moving: asyncio.Task[None] | None = None
        self._commits = self._bytes = 0

    def after_commit(self) -> None:
        """Begins to move what is committed, where it is much and nobody does so already."""
        self._commits += 1
        if self._moving is None and (self._commits >= COMMITS or self._size() > self._bytes + GROWTH_BYTES):
            self._commits, self._bytes = 0, self._size()
            self._moving = asyncio.create_task(self._move())
            self._moving.add_done_callback(self._moved)

    async def idle(self) -> None:
        """What is being moved has been."""
        if self._moving is not None:
            await asyncio.wait([self._moving])

    async def close(self) -> None:
        """Nothing is moved any more."""
        await self.idle()
        if self._connection is not None:
            await self._connection.close()

    def _moved(self, _: "asyncio.Task[None]") -> None:
        self._moving = None

    def _size(self) -> int:
        try:
            return self._log.stat().st_size
        except OSError:
            return 0

    async def _move(self) -> None:
        # What fails here has failed nobody: the log stays as long as it is, and a later commit tries again.
        with contextlib.suppress(sqlite3.Error):
            if self._connection is None:
                self._connection = await connect(self._path, *PRAGMAS)
            if await self._connection.on_thread(partial(_checkpoint, "PASSIVE")) > RESTARTED_FROM_PAGES:
                async with self._turn:
                    await self._connection.on_thread(partial(_checkpoint, "RESTART"))


def _checkpoint(how: str, connection: sqlite3.Connection) -> int:
    """How many pages the log has."""
    [(_, pages, _)] = connection.execute(f"PRAGMA wal_checkpoint({how})").fetchall()
    return int(pages)
