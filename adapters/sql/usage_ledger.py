"""The book of every call, in SQL: a row, its holds and their counters change in one transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.budget_rows import hold, holds_of, key_of, locked, spend, store, take_turn_to_create
from adapters.sql.database import Database
from adapters.sql.tables import usage_entries
from adapters.sql.usage_rows import changes_of, entry_of, row_of
from domain.budget import BudgetCounter, Hold
from domain.errors import NotFound
from domain.usage import Settlement, UsageEntry, UsageStatus


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
        return await self._settle(entry_id, lambda _: settlement)

    async def settle_overdue(self, *, at: datetime) -> int:
        """Every row still pending past its deadline is settled as `unknown`; how many they were.

        Each in a transaction of its own: calls under way do not wait for all of them.
        """
        pending = (usage_entries.c.status == UsageStatus.PENDING.value) & (usage_entries.c.deadline_at < at)
        async with self._database.read() as connection:
            overdue = (await connection.execute(select(usage_entries.c.entry_id).where(pending))).scalars().all()
        return sum([await self._settle(entry_id, lambda entry: entry.unknown(at=at)) for entry_id in overdue])

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
            await connection.execute(insert(usage_entries), row_of(entry))
            await hold(connection, entry.entry_id, holds)
            await store(connection, counters.values())
        return True

    async def _settle(self, entry_id: str, settlement_of: Callable[[UsageEntry], Settlement]) -> bool:
        async with self._database.write() as connection:
            entry = await _locked_entry(connection, entry_id)
            if entry.status is not UsageStatus.PENDING:
                return False
            settlement = settlement_of(entry)
            mine = usage_entries.c.entry_id == entry_id
            await connection.execute(update(usage_entries).where(mine).values(changes_of(entry, settlement)))
            await _settle_holds(connection, entry_id, settlement)
        return True


async def _locked_entry(connection: AsyncConnection, entry_id: str) -> UsageEntry:
    wanted = select(usage_entries).where(usage_entries.c.entry_id == entry_id).with_for_update()
    row = (await connection.execute(wanted)).one_or_none()
    if row is None:
        raise NotFound("ledger row", entry_id)
    return entry_of(row)


async def _settle_holds(connection: AsyncConnection, entry_id: str, settlement: Settlement) -> None:
    holds = await holds_of(connection, entry_id)
    counters = await locked(connection, holds)
    spent = [(each, each.rule.amount(usage=settlement.usage, cost_usd=settlement.cost_usd)) for each in holds]
    for each, amount in spent:
        counters[key_of(each)] = counters[key_of(each)].settle(each, spent=amount)
    await spend(connection, entry_id, spent)
    await store(connection, counters.values())
