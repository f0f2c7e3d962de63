import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal

import pytest

from adapters.sql.backtest_archive import SqlBacktestArchive
from adapters.sql.database import Database
from adapters.sql.index_queue import SqlIndexQueue
from adapters.sql.key_ring import SqlKeyRing
from adapters.sql.usage_ledger import SqlUsageLedger
from adapters.sql.usage_report import SqlUsageReport
from adapters.system.ids import TimeOrderedIds
from domain.backtest import RecordOutcome
from domain.budget import BudgetUnit
from domain.errors import BudgetExhausted
from domain.usage import UsageEntry, UsageFilter
from tests.builders import (
    MOMENT,
    a_backtest,
    a_hold,
    a_rule,
    a_scope,
    a_settlement,
    a_usage_entry,
    an_api_key,
    an_audit_entry,
    later,
)
from tests.contracts.sql_engines import OnPostgresql, OnSqlite, Place

MINA = a_scope()
CALL = a_usage_entry()
ROOM_FOR_FIFTY = a_rule(name="fifty", limit=CALL.cost_usd * 50)
TOKENS = a_rule(name="tokens", unit=BudgetUnit.TOKENS, limit=Decimal(10**9))
EACH = a_rule(name="each", limit=Decimal(10**6), each_user=True)


async def opened(ledger: SqlUsageLedger, entry: UsageEntry, *names: str) -> bool:
    rules = {rule.name: rule for rule in (ROOM_FOR_FIFTY, TOKENS, EACH)}
    try:
        await ledger.open(entry, holds=[a_hold(entry, rule=rules[name]) for name in names])
    except BudgetExhausted:
        return False
    return True


class Concurrency:
    @pytest.fixture
    async def other(self, place: Place) -> AsyncIterator[Database]:
        """The same database, as another process sees it."""
        other = Database(place.url)
        yield other
        await other.close()

    async def test_two_hundred_calls_at_once_cannot_overrun_a_budget(self, database: Database, other: Database) -> None:
        ledgers = SqlUsageLedger(database), SqlUsageLedger(other)
        entries = [replace(CALL, entry_id=f"e-{n:03}") for n in range(200)]
        accepted = await asyncio.gather(
            *(opened(ledgers[n % 2], entry, "tokens", "fifty") for n, entry in enumerate(entries))
        )
        report = SqlUsageReport(database)
        fifty, tokens = await report.counters([ROOM_FOR_FIFTY, TOKENS], at=MOMENT)
        assert sum(accepted) == 50
        assert (fifty.held, tokens.held) == (ROOM_FOR_FIFTY.limit, Decimal(50 * 1_500))
        assert len((await report.entries(UsageFilter(), limit=500)).items) == 50

    async def test_holds_in_any_order_never_wait_for_each_other(self, database: Database, other: Database) -> None:
        ledgers = SqlUsageLedger(database), SqlUsageLedger(other)
        chance = random.Random(7)  # noqa: S311  # the order of events, not a secret

        async def call(n: int) -> None:
            entry = replace(CALL, entry_id=f"e-{n:03}", user_id=chance.choice(("준", "mina")))
            names = chance.sample(("tokens", "each", "fifty"), 3)
            if await opened(ledgers[n % 2], entry, *names):
                assert await ledgers[(n + 1) % 2].settle(entry.entry_id, a_settlement())

        await asyncio.gather(*(call(n) for n in range(60)))
        fifty, tokens, *each = await SqlUsageReport(database).counters([ROOM_FOR_FIFTY, TOKENS, EACH], at=MOMENT)
        assert fifty.held == tokens.held == sum(counter.held for counter in each) == 0
        assert fifty.spent == sum(counter.spent for counter in each)

    async def test_a_row_is_settled_once_however_many_try(self, database: Database, other: Database) -> None:
        ledgers = SqlUsageLedger(database), SqlUsageLedger(other)
        await opened(ledgers[0], CALL, "fifty")
        tries = [ledgers[n % 2].settle(CALL.entry_id, a_settlement()) for n in range(10)]
        sweeps = [ledger.settle_overdue(at=later(3_600)) for ledger in ledgers]
        assert sum(map(int, await asyncio.gather(*tries, *sweeps))) == 1
        [counter] = await SqlUsageReport(database).counters([ROOM_FOR_FIFTY], at=MOMENT)
        assert counter.held == 0

    async def test_one_id_recorded_at_once_is_stored_once(self, database: Database, other: Database) -> None:
        ids = TimeOrderedIds()
        archives = SqlBacktestArchive(database, ids=ids), SqlBacktestArchive(other, ids=ids)
        # Many ids: PostgreSQL's unique indexes are raced for by few of those that come at once.
        for run in (a_backtest(backtest_id=f"bt-{n}") for n in range(40)):
            tries = [archives[n % 2].record([run], scope=MINA, at=MOMENT) for n in range(20)]
            outcomes = [outcome for outcomes in await asyncio.gather(*tries) for outcome in outcomes]
            assert sorted(outcomes) == [RecordOutcome.DUPLICATE] * 19 + [RecordOutcome.STORED]
        assert len(await SqlIndexQueue(database, ids=ids).take(limit=99, at=MOMENT, lease_seconds=60)) == 40

    async def test_batches_in_opposite_orders_never_wait_for_each_other(
        self, database: Database, other: Database
    ) -> None:
        ids = TimeOrderedIds()
        runs = [a_backtest(backtest_id=f"bt-{n}") for n in range(100)]
        one, two = await asyncio.gather(
            SqlBacktestArchive(database, ids=ids).record(runs, scope=MINA, at=MOMENT),
            SqlBacktestArchive(other, ids=ids).record(runs[::-1], scope=MINA, at=MOMENT),
        )
        assert [*one, *two].count(RecordOutcome.STORED) == 100

    async def test_no_task_is_given_to_two(self, database: Database, other: Database) -> None:
        ids = TimeOrderedIds()
        runs = [a_backtest(backtest_id=f"bt-{n}") for n in range(100)]
        await SqlBacktestArchive(database, ids=ids).record(runs, scope=MINA, at=MOMENT)
        queues = SqlIndexQueue(database, ids=ids), SqlIndexQueue(other, ids=ids)
        taken = await asyncio.gather(*(queues[n % 2].take(limit=20, at=MOMENT, lease_seconds=60) for n in range(10)))
        cards = [task.card_id for tasks in taken for task in tasks]
        assert len(cards) == len(set(cards))
        assert len(cards) <= 100

    async def test_the_first_key_made_by_two_processes_is_one_key(self, database: Database, other: Database) -> None:
        rings = SqlKeyRing(database), SqlKeyRing(other)
        keys = [an_api_key(key_id=f"key-{n}", digest="d" * 64) for n in range(2)]
        acts = [an_audit_entry(entry_id=f"act-{n}") for n in range(2)]
        await asyncio.gather(*(rings[n].add(keys[n], act=acts[n]) for n in range(2)))
        assert len(await SqlKeyRing(database).all()) == 1

    async def test_readers_see_what_was_committed_while_somebody_writes(self, database: Database) -> None:
        ring = SqlKeyRing(database)
        await ring.add(an_api_key(), act=an_audit_entry())
        async with database.write():
            assert await ring.all() == [an_api_key()]


class TestSqliteConcurrency(OnSqlite, Concurrency):
    pass


class TestPostgresqlConcurrency(OnPostgresql, Concurrency):
    pass
