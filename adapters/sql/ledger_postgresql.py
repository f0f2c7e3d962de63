"""A batch of the ledger on PostgreSQL: one transaction on a connection that is kept for it, in five round trips."""

import asyncio
import json
import random
from collections.abc import Sequence
from typing import Any

from adapters.sql.budget_rows import CounterKey
from adapters.sql.database import Database
from adapters.sql.ledger_batch import Batch, Operation, Outcome
from adapters.sql.ledger_postgresql_statements import counters_statement, kept_statement, writing_statement
from adapters.sql.outages import TransactionConflict
from domain.errors import StoreUnavailable

# Any number will do as long as nothing else in the database locks by it.
CREATION_LOCK = 0x4255_4447_4554
TRIES = 5
PAUSE_SECONDS = 0.02
MOST_KNOWN = 100_000


class PostgresqlBatches:
    """Several processes may run batches at once: rows first, then counters, then sums, each in one order.

    Nobody creates counters without the turn to do so, which is taken before anything else: a counter that is missing
    cannot be locked, and two who find it missing would both start it from zero.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: set[CounterKey] = set()

    async def run(self, operations: Sequence[Operation]) -> list[Outcome]:
        """How each of them ended; all of it is committed. Raises: StoreUnavailable, and nothing is written then."""
        for attempt in range(1, TRIES + 1):
            try:
                async with self._database.kept() as connection, connection.transaction():
                    return await self._run(Batch(operations), connection)
            except TransactionConflict:
                await asyncio.sleep(PAUSE_SECONDS * attempt * random.random())  # noqa: S311  # so as not to meet again
        raise StoreUnavailable("database", "others changed the same counters all the time")

    async def _run(self, batch: Batch, connection: Any) -> list[Outcome]:  # noqa: ANN401  # asyncpg has no types
        creating = not self._known.issuperset(batch.new_holds())
        if creating:
            await connection.execute("SELECT pg_advisory_xact_lock($1)", CREATION_LOCK)
        wanted = batch.to_settle()
        if wanted:
            batch.keep(await connection.fetch(kept_statement().text, wanted))
        keys = batch.counters()
        if keys:
            await self._lock(batch, keys, connection, creating=creating)
        decided = batch.decided()
        written = decided.written()
        if written:
            rows = (json.dumps(rows) for rows in written.values())
            await connection.execute(writing_statement(tuple(written)).text, *rows)
        return decided.outcomes

    async def _lock(self, batch: Batch, keys: Sequence[CounterKey], connection: Any, *, creating: bool) -> None:  # noqa: ANN401  # the same
        members = dict(zip(CounterKey._fields, map(list, zip(*keys, strict=True)), strict=True))
        statement = counters_statement()
        counters = [tuple(row) for row in await connection.fetch(statement.text, *statement.bound(members))]
        found = {CounterKey(*counter[:5]) for counter in counters}
        if not creating and not found.issuperset(keys):
            self._known.clear()
            raise TransactionConflict
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._known |= found
        batch.count(counters)
