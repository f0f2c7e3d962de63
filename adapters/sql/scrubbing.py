"""What was deleted cannot be read in the files of a database any more."""

import asyncio
import sqlite3

from sqlalchemy import Table, text

from adapters.sql.database import SQLITE, Database
from adapters.sql.erasure_plan import USER
from adapters.sql.metadata import METADATA
from domain.errors import StoreUnavailable

ALSO = ("backtest_documents", "budget_counters", "budget_holds", "budget_rules")
TRIES, PAUSE_SECONDS = 100, 0.1


async def scrub(database: Database) -> None:
    """Every table that held a user is rewritten, or rid of its dead rows. Raises: StoreUnavailable.

    SQLite overwrites what it deletes, and yet leaves a copy now and then where it moved rows from one page to another:
    of 40,000 rows that were erased one was still there. So the file is written anew, about 140 MB a second, while
    writers wait. A server's VACUUM takes dead rows out of the pages; nobody waits for it.
    """
    if database.dialect == SQLITE:
        async with database.alone() as connection:
            await connection.on_thread(_rewrite)
        await _empty_log(database)
    else:
        await _vacuum(database, [t.name for t in METADATA.sorted_tables if USER in t.c or t.name in ALSO])


async def scrub_one(database: Database, table: Table) -> None:
    """The same for one small table that was changed since. Raises: StoreUnavailable."""
    if database.dialect == SQLITE:
        await _empty_log(database)
    else:
        await _vacuum(database, [table.name])


async def _empty_log(database: Database) -> None:
    """What was committed is in the file alone. Whoever reads an older moment is waited for."""
    for _ in range(TRIES):
        async with database.alone() as connection:
            if await connection.on_thread(_truncate):
                return
        await asyncio.sleep(PAUSE_SECONDS)
    raise StoreUnavailable("database", "somebody read in it all the time, so that its log could not be emptied")


async def _vacuum(database: Database, names: list[str]) -> None:
    async with database.unhurried() as connection:
        for name in names:
            await connection.execute(text(f'VACUUM "{name}"'))


def _rewrite(connection: sqlite3.Connection) -> None:
    connection.execute("VACUUM")


def _truncate(connection: sqlite3.Connection) -> bool:
    [(busy, _, _)] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return not busy
