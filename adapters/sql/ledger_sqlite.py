"""A batch of the ledger on SQLite: one trip to the writer's thread, whatever is in it."""

import json
import sqlite3
from collections.abc import Sequence
from functools import partial

from adapters.sql.database import Database
from adapters.sql.ledger_batch import Batch, Operation, Outcome
from adapters.sql.ledger_statements import SQLITE_COUNTERS, SQLITE_KEPT, SQLITE_PARTS

BRIEF = 4
"""So many operations are written before a thread would have woken up."""


class SqliteBatches:
    """Runs batches ahead of other writers, in their own transactions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self, operations: Sequence[Operation]) -> list[Outcome]:
        """How each of them ended; all of it is committed. Raises: StoreUnavailable, and nothing is written then."""
        return await self._database.one_trip(partial(_run, Batch(operations)), brief=len(operations) <= BRIEF)


def _run(batch: Batch, connection: sqlite3.Connection) -> list[Outcome]:
    wanted = batch.to_settle()
    if wanted:
        batch.keep(connection.execute(SQLITE_KEPT.text, (json.dumps(wanted),)))
    keys = batch.counters()
    if keys:
        batch.count(connection.execute(SQLITE_COUNTERS.text, (json.dumps(keys),)))
    decided = batch.decided()
    for name, rows in decided.written().items():
        statement = SQLITE_PARTS[name]
        connection.executemany(statement.text, statement.all_bound(rows))
    return decided.outcomes
