"""The book of every call, in SQL: a row, its holds and their counters change in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.budget_rows import hold, holds_of, key_of, locked, spend, store, take_turn_to_create
from adapters.sql.database import Database
from adapters.sql.tables import usage_entries
from adapters.sql.usage_rows import changes_of, entry_of, row_of
from domain.budget import BudgetCounter, Hold
from domain.errors import NotFound
from domain.usage import Settlement, UsageEntry, UsageStatus

# Made once: building a statement, and the key under which its SQL is kept, costs more than running it.
_ADD = insert(usage_entries)
_EXISTS = select(usage_entries.c.entry_id).where(usage_entries.c.entry_id == bindparam("wanted"))
# Whoever comes second waits for the first one's end, and finds the row final.
_FINISH = (
    update(usage_entries)
    .where(usage_entries.c.entry_id == bindparam("wanted"), usage_entries.c.status == UsageStatus.PENDING.value)
    .returning(usage_entries.c.entry_id)
)


class SqlUsageLedger:
    """Opens and settles; several processes may do so at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, entry: UsageEntry, *, holds: Sequence[Hold] = ()) -> None:
        """The pending row and its holds are committed; see the port."""
        if not await self._open(entry, holds, creating=False):
            await self._open(entry, holds, creating=True)

    async def settle(self, entry_id: str, settlement: Settlement) -> bool:
        """The row is final and its holds are spent; False where it was final already. Raises: NotFound."""
        return await self._settle(entry_id, settlement)

    async def settle_overdue(self, *, at: datetime) -> int:
        """Every row still pending past its deadline is settled as `unknown`; how many they were.

        Each in a transaction of its own: calls under way do not wait for all of them.
        """
        pending = (usage_entries.c.status == UsageStatus.PENDING.value) & (usage_entries.c.deadline_at < at)
        async with self._database.read() as connection:
            overdue = [entry_of(row) for row in await connection.execute(select(usage_entries).where(pending))]
        return sum([await self._settle(entry.entry_id, entry.unknown(at=at)) for entry in overdue])

    async def _open(self, entry: UsageEntry, holds: Sequence[Hold], *, creating: bool) -> bool:
        """False, and nothing written, where a counter is missing and this may create none."""
        async with self._database.write() as connection:
            if creating:
                await take_turn_to_create(connection)
            counters = await locked(connection, holds)
            if not creating and not all(key_of(each) in counters for each in holds):
                return False
            for each in holds:
                empty = BudgetCounter(rule=each.rule, window=each.window, subject=each.subject)
                counters[key_of(each)] = counters.get(key_of(each), empty).reserve(each)
            await connection.execute(_ADD, row_of(entry))
            await hold(connection, entry.entry_id, holds)
            await store(connection, counters.values())
        return True

    async def _settle(self, entry_id: str, settlement: Settlement) -> bool:
        async with self._database.write() as connection:
            changes = {"wanted": entry_id, **changes_of(settlement)}
            if (await connection.execute(_FINISH, changes)).first() is None:
                if (await connection.execute(_EXISTS, {"wanted": entry_id})).first() is None:
                    raise NotFound("ledger row", entry_id)
                return False
            await _settle_holds(connection, entry_id, settlement)
        return True


async def _settle_holds(connection: AsyncConnection, entry_id: str, settlement: Settlement) -> None:
    holds = await holds_of(connection, entry_id)
    counters = await locked(connection, holds)
    spent = [(each, each.rule.amount(usage=settlement.usage, cost_usd=settlement.cost_usd)) for each in holds]
    for each, amount in spent:
        counters[key_of(each)] = counters[key_of(each)].settle(each, spent=amount)
    await spend(connection, entry_id, spent)
    await store(connection, counters.values())
