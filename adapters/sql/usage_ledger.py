"""The book of every call, in SQL: a row, its holds, their counters and the sums change in one transaction."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from adapters.sql.database import SQLITE, Database
from adapters.sql.ledger_batch import Opening, Settling
from adapters.sql.ledger_postgresql import PostgresqlBatches
from adapters.sql.ledger_sqlite import SqliteBatches
from adapters.sql.ledger_tables import usage_entries
from adapters.sql.ledger_writer import Batches, LedgerWriter
from adapters.sql.usage_rows import entry_of
from adapters.sql.usage_summing import PENDING
from domain.budget import Hold
from domain.usage import Settlement, UsageEntry

SWEPT_AT_ONCE = 50


class SqlUsageLedger:
    """Opens and settles; several processes may do so at once. What is asked for at once is committed together."""

    def __init__(self, database: Database, *, batches: Batches | None = None) -> None:
        self._database = database
        self._writer = LedgerWriter(batches or batches_of(database))

    async def open(self, entry: UsageEntry, *, holds: Sequence[Hold] = ()) -> None:
        """The pending row and its holds are committed; see the port."""
        await self._writer.open(Opening(entry=entry, holds=tuple(holds)))

    async def settle(self, entry_id: str, settlement: Settlement) -> bool:
        """The row is final and its holds are spent; False where it was final already. Raises: NotFound."""
        return await self._writer.settle(Settling(entry_id=entry_id, settlement=settlement))

    async def settle_overdue(self, *, at: datetime) -> int:
        """Every row still pending past its deadline is settled as `unknown`; how many they were.

        A few at a time: calls under way do not wait for all of them. One that cannot be settled holds up no other.
        """
        settled, last = 0, ""
        failures: list[BaseException] = []
        while some := await self._overdue(at, after=last):
            ending = (self.settle(entry.entry_id, entry.unknown(at=at)) for entry in some)
            outcomes = await asyncio.gather(*ending, return_exceptions=True)
            failures += [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
            settled += outcomes.count(True)
            last = some[-1].entry_id
        if failures:
            raise failures[0]
        return settled

    async def _overdue(self, at: datetime, *, after: str) -> list[UsageEntry]:
        columns = usage_entries.c
        late = select(usage_entries).where(PENDING, columns.deadline_at < at, columns.entry_id > after)
        async with self._database.read() as connection:
            rows = await connection.execute(late.order_by(columns.entry_id).limit(SWEPT_AT_ONCE))
            return [entry_of(row) for row in rows]

    async def close(self) -> None:
        """What was asked for is committed, or its caller knows that it is not; nothing begins any more."""
        await self._writer.close()


def batches_of(database: Database) -> Batches:
    """How the engine of the database commits a batch."""
    return SqliteBatches(database) if database.dialect == SQLITE else PostgresqlBatches(database)
