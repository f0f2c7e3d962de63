"""A batch of the ledger on PostgreSQL: one transaction on a connection that is kept for it."""

import asyncio
import random
from collections.abc import Sequence
from functools import cache
from typing import Any

from adapters.sql.budget_rows import CounterKey
from adapters.sql.database import Database, TransactionConflict
from adapters.sql.ledger_batch import Batch, Operation, Outcome, Row
from adapters.sql.ledger_statements import LedgerStatements
from adapters.sql.worded import Worded
from domain.errors import StoreUnavailable

# Any number will do as long as nothing else in the database locks by it.
CREATION_LOCK = 0x4255_4447_4554
TRIES = 5
PAUSE_SECONDS = 0.02
MOST_KNOWN = 100_000


@cache
def _statements() -> LedgerStatements:
    from sqlalchemy.dialects.postgresql.asyncpg import dialect

    return LedgerStatements(dialect())  # type: ignore[no-untyped-call]  # as it is there


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
        await self._read(batch, connection, creating=creating)
        decided, statements = batch.decided(), _statements()
        for statement, rows in (
            (statements.open, decided.opened),
            (statements.hold, decided.holds),
            (statements.finish, decided.finished),
            (statements.spend, decided.spent),
            (statements.count, decided.counters()),
            (statements.add, decided.sums()),
        ):
            await _write(connection, statement, rows)
        return decided.outcomes

    async def _read(self, batch: Batch, connection: Any, *, creating: bool) -> None:  # noqa: ANN401  # the same
        wanted, statements = batch.to_settle(), _statements()
        if wanted:
            batch.keep(await connection.fetch(statements.kept.text, wanted))
        keys = batch.counters()
        if not keys:
            return
        members = dict(zip(CounterKey._fields, map(list, zip(*keys, strict=True)), strict=True))
        rows = await connection.fetch(statements.counters.text, *statements.counters.bound(members))
        batch.count(map(tuple, rows))
        found = {CounterKey(*tuple(row)[:5]) for row in rows}
        if not creating and not found.issuperset(keys):
            self._known.clear()
            raise TransactionConflict
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._known |= found


async def _write(connection: Any, statement: Worded, rows: Sequence[Row]) -> None:  # noqa: ANN401  # the same
    if rows:
        await connection.executemany(statement.text, statement.all_bound(rows))
