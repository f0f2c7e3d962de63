"""What is committed together, and what happens to those who wait when something goes wrong."""

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Sequence
from decimal import Decimal

import pytest
from sqlalchemy import text

from adapters.sql import ledger_writer
from adapters.sql.database import Database
from adapters.sql.ledger_audit import SqlLedgerAudit
from adapters.sql.usage_ledger import SqlUsageLedger, batches_of
from adapters.sql.usage_report import SqlUsageReport
from domain.errors import BudgetExhausted, StoreUnavailable
from domain.usage import TokenUsage, UsageEntry, UsageFilter, UsageStatus
from tests.builders import MOMENT, a_hold, a_rule, a_settlement, a_usage_entry
from tests.contracts.sql_engines import OnPostgresql, OnSqlite
from tests.unit.adapters.sql.watched_batches import WatchedBatches

RULE = a_rule(name="한도", limit=Decimal(10))
EACH = a_rule(name="each", limit=Decimal(10), each_user=True)


def a_call(number: int) -> UsageEntry:
    return a_usage_entry(entry_id=f"e-{number:04}", user_id=("민지", "준")[number % 2])


def opening(ledger: SqlUsageLedger, number: int) -> "asyncio.Task[None]":
    entry = a_call(number)
    holds = [a_hold(entry, rule=rule) for rule in (RULE, EACH)]
    return asyncio.create_task(open_it(ledger.open(entry, holds=holds)))


async def open_it(opened: Awaitable[None]) -> None:
    await opened


async def rows(database: Database) -> dict[str, UsageEntry]:
    page = await SqlUsageReport(database).entries(UsageFilter(), limit=500)
    return {entry.entry_id: entry for entry in page.items}


async def held(database: Database) -> Decimal:
    [counter] = await SqlUsageReport(database).counters([RULE], at=MOMENT)
    return counter.held


async def is_sound(database: Database) -> None:
    """Nothing differs, and what is held is held by rows that are pending."""
    assert (await SqlLedgerAudit(database).audit(most=9)).differences == ()
    pending = [entry for entry in (await rows(database)).values() if entry.status is UsageStatus.PENDING]
    assert await held(database) == sum((entry.cost_usd for entry in pending), Decimal(0))


class Writer:
    @pytest.fixture
    def watched(self, database: Database) -> WatchedBatches:
        return WatchedBatches(batches_of(database))

    @pytest.fixture
    def ledger(self, database: Database, watched: WatchedBatches) -> SqlUsageLedger:
        return SqlUsageLedger(database, batches=watched)

    async def test_what_arrives_during_a_commit_is_committed_together_next(
        self, database: Database, ledger: SqlUsageLedger, watched: WatchedBatches
    ) -> None:
        first = opening(ledger, 0)
        await watched.began.wait()
        others = [opening(ledger, number) for number in range(1, 40)]
        await asyncio.sleep(0)
        watched.going.set()
        await asyncio.gather(first, *others)
        assert watched.sizes == [1, 39]
        assert len(await rows(database)) == 40
        assert await held(database) == 40 * a_call(0).cost_usd

    async def test_an_operation_that_is_refused_leaves_the_others_of_its_batch(
        self, database: Database, ledger: SqlUsageLedger, watched: WatchedBatches
    ) -> None:
        watched.going.set()
        tight = a_rule(name="tight", limit=a_call(0).cost_usd * 3)
        tries = [ledger.open(a_call(n), holds=[a_hold(a_call(n), rule=tight)]) for n in range(10)]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert [type(result) for result in results] == [type(None)] * 3 + [BudgetExhausted] * 7
        assert sorted(await rows(database)) == ["e-0000", "e-0001", "e-0002"]
        assert watched.sizes == [10]

    async def test_what_a_call_gives_back_is_there_for_one_that_begins_with_its_end(
        self, ledger: SqlUsageLedger, watched: WatchedBatches
    ) -> None:
        watched.going.set()
        room = a_rule(name="room", limit=a_call(0).cost_usd)
        await ledger.open(a_call(0), holds=[a_hold(a_call(0), rule=room)])
        failed = a_settlement(status=UsageStatus.FAILED, usage=TokenUsage(), cost_usd=Decimal(0))
        opened = ledger.open(a_call(1), holds=[a_hold(a_call(1), rule=room)])
        await asyncio.gather(opened, ledger.settle("e-0000", failed))
        assert watched.sizes == [1, 2]

    async def test_a_mistake_in_one_operation_is_its_own(
        self, database: Database, ledger: SqlUsageLedger, watched: WatchedBatches
    ) -> None:
        watched.going.set()
        calls = [opening(ledger, number) for number in (1, 2, 2, 3)]
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert [result is None for result in results] == [True, True, False, True]
        assert not isinstance(results[2], StoreUnavailable)
        assert sorted(await rows(database)) == ["e-0001", "e-0002", "e-0003"]
        await is_sound(database)

    async def test_an_outage_fails_all_of_a_batch_and_nothing_of_it_is_written(
        self, database: Database, ledger: SqlUsageLedger, watched: WatchedBatches
    ) -> None:
        watched.failures = 1
        watched.going.set()
        tries = [opening(ledger, number) for number in range(5)]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert [type(result) for result in results] == [StoreUnavailable] * 5
        assert await rows(database) == {}
        await opening(ledger, 7)
        assert sorted(await rows(database)) == ["e-0007"]

    async def test_one_settlement_counts_however_often_it_is_in_a_batch(
        self, database: Database, ledger: SqlUsageLedger, watched: WatchedBatches
    ) -> None:
        watched.going.set()
        await opening(ledger, 1)
        settled = await asyncio.gather(*(ledger.settle("e-0001", a_settlement()) for _ in range(7)))
        assert settled == [True] + [False] * 6
        await is_sound(database)

    async def test_a_caller_that_leaves_while_it_waits_was_never_there(
        self, database: Database, ledger: SqlUsageLedger, watched: WatchedBatches
    ) -> None:
        first = opening(ledger, 0)
        await watched.began.wait()
        second = opening(ledger, 1)
        await asyncio.sleep(0)
        second.cancel()
        watched.going.set()
        await asyncio.gather(first, second, return_exceptions=True)
        await ledger.close()
        assert sorted(await rows(database)) == ["e-0000"]

    async def test_a_caller_that_leaves_while_its_row_is_written_leaves_a_call_that_failed_and_cost_nothing(
        self, database: Database, ledger: SqlUsageLedger, watched: WatchedBatches
    ) -> None:
        first = opening(ledger, 0)
        await watched.began.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        watched.going.set()
        await ledger.close()
        [row] = (await rows(database)).values()
        assert (row.status, row.cost_usd, row.usage) == (UsageStatus.FAILED, Decimal(0), TokenUsage())
        assert row.reason == "abandoned"
        await is_sound(database)

    async def test_a_settlement_is_made_although_its_caller_leaves(
        self, database: Database, ledger: SqlUsageLedger, watched: WatchedBatches
    ) -> None:
        watched.going.set()
        await opening(ledger, 0)
        watched.going.clear()
        settling = asyncio.create_task(ledger.settle("e-0000", a_settlement()))
        await asyncio.sleep(0)
        settling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await settling
        watched.going.set()
        await ledger.close()
        assert (await rows(database))["e-0000"].status is UsageStatus.SETTLED

    async def test_a_caller_that_left_hears_of_no_failure(
        self, ledger: SqlUsageLedger, watched: WatchedBatches
    ) -> None:
        watched.failures = 1
        first = opening(ledger, 0)
        await watched.began.wait()
        first.cancel()
        watched.going.set()
        await ledger.close()
        assert first.cancelled()

    async def test_closing_commits_what_waits_and_begins_nothing_more(
        self, database: Database, ledger: SqlUsageLedger, watched: WatchedBatches
    ) -> None:
        calls = [opening(ledger, number) for number in range(3)]
        await watched.began.wait()
        closing = asyncio.create_task(ledger.close())
        await asyncio.sleep(0)
        with pytest.raises(StoreUnavailable):
            await opening(ledger, 9)
        watched.going.set()
        await asyncio.gather(closing, *calls)
        assert len(await rows(database)) == 3

    async def test_no_more_begin_than_can_wait(
        self, ledger: SqlUsageLedger, watched: WatchedBatches, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ledger_writer, "MOST_WAITING", 3)
        calls = [opening(ledger, 0)]
        await watched.began.wait()
        calls += [opening(ledger, number) for number in range(1, 6)]
        await asyncio.sleep(0)
        settling = asyncio.create_task(ledger.settle("e-0000", a_settlement()))
        watched.going.set()
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(result) for result in results] == [type(None)] * 4 + [StoreUnavailable] * 2
        assert await settling

    @pytest.mark.parametrize("seed", range(8))
    async def test_whoever_leaves_and_whenever_the_database_fails_nothing_stays_held(
        self, database: Database, watched: WatchedBatches, seed: int
    ) -> None:
        chance = random.Random(seed)  # noqa: S311  # the order of events, not a secret
        ledger = SqlUsageLedger(database, batches=watched)
        watched.going.set()
        kept: set[str] = set()
        for start in range(0, 120, 20):
            watched.failures = chance.choice((0, 0, 1))
            calls = [asyncio.create_task(a_life(ledger, chance, number, kept)) for number in range(start, start + 20)]
            for call in chance.sample(calls, 8):
                for _ in range(chance.randrange(6)):
                    await asyncio.sleep(0)
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
        await ledger.close()
        found = await rows(database)
        waiting = {entry_id for entry_id, entry in found.items() if entry.status is UsageStatus.PENDING}
        assert waiting <= kept
        await is_sound(database)
        again = SqlUsageLedger(database)
        await again.settle_overdue(at=MOMENT.replace(year=2030))
        await again.close()
        assert await held(database) == 0
        await is_sound(database)


async def a_life(ledger: SqlUsageLedger, chance: random.Random, number: int, kept: set[str]) -> None:
    """A call from its begin to its end. From where it has begun, its end is up to its caller."""
    entry = a_call(number)
    await ledger.open(entry, holds=[a_hold(entry, rule=rule) for rule in (RULE, EACH)])
    kept.add(entry.entry_id)
    for _ in range(chance.randrange(3)):
        await asyncio.sleep(0)
    await ledger.settle(entry.entry_id, a_settlement())


class TestSqliteWriter(OnSqlite, Writer):
    async def test_a_disk_that_is_full_in_the_middle_of_a_batch_fails_all_of_it(self, database: Database) -> None:
        ledger = SqlUsageLedger(database)
        await opening(ledger, 0)
        before = await rows(database)

        def fill(connection: sqlite3.Connection) -> None:
            [pages] = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages + 2}")

        await database.one_trip(fill)
        tries = [opening(ledger, number) for number in range(1, 250)]
        results: Sequence[object] = await asyncio.gather(*tries, return_exceptions=True)
        assert {type(result) for result in results} == {StoreUnavailable}
        assert await rows(database) == before
        await is_sound(database)

    async def test_other_writers_let_the_ledger_go_ahead(self, database: Database) -> None:
        ledger, order = SqlUsageLedger(database), list[str]()
        await opening(ledger, 0)

        async def another(name: str) -> None:
            async with database.write() as connection:
                await connection.execute(text("INSERT INTO revisions (name, number) VALUES (:name, 1)"), {"name": name})
            order.append(name)

        async with database.write() as connection:
            await connection.execute(text("DELETE FROM revisions"))
            others = [asyncio.create_task(another(f"{number}")) for number in range(5)]
            await asyncio.sleep(0)
            opened = opening(ledger, 1)
            opened.add_done_callback(lambda _: order.append("ledger"))
            await asyncio.sleep(0)
        await asyncio.gather(opened, *others)
        assert order.index("ledger") <= 1


class TestPostgresqlWriter(OnPostgresql, Writer):
    async def test_a_server_that_fails_in_the_middle_of_a_batch_fails_all_of_it(self, database: Database) -> None:
        ledger = SqlUsageLedger(database)
        await opening(ledger, 0)
        async with database.write() as connection:
            for statement in FAIL_AT_THE_THIRD_HOLD:
                await connection.execute(text(statement))
        results = await asyncio.gather(*(opening(ledger, n) for n in range(1, 9)), return_exceptions=True)
        assert {type(result) for result in results} == {StoreUnavailable}
        assert sorted(await rows(database)) == ["e-0000"]
        await is_sound(database)

    async def test_a_batch_that_met_another_is_tried_again(self, database: Database) -> None:
        ledger = SqlUsageLedger(database)
        async with database.write() as connection:
            for statement in CONFLICT_ONCE:
                await connection.execute(text(statement))
        await opening(ledger, 0)
        assert sorted(await rows(database)) == ["e-0000"]
        await is_sound(database)

    async def test_a_batch_that_meets_others_all_the_time_is_an_outage(self, database: Database) -> None:
        ledger = SqlUsageLedger(database)
        async with database.write() as connection:
            for statement in CONFLICT_ALWAYS:
                await connection.execute(text(statement))
        with pytest.raises(StoreUnavailable):
            await opening(ledger, 0)
        assert await rows(database) == {}


FAIL_AT_THE_THIRD_HOLD = (
    """CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.entry_id = 'e-0003' THEN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END IF;
    RETURN NEW; END $$""",
    "CREATE TRIGGER failing BEFORE INSERT ON budget_holds FOR EACH ROW EXECUTE FUNCTION fail()",
)
CONFLICT_ONCE = (
    "CREATE SEQUENCE tries",
    """CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('tries') < 3 THEN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END IF;
    RETURN NEW; END $$""",
    "CREATE TRIGGER meeting BEFORE INSERT ON usage_entries FOR EACH ROW EXECUTE FUNCTION meet()",
)
CONFLICT_ALWAYS = (
    """CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'serialization' USING ERRCODE = '40001'; END $$""",
    "CREATE TRIGGER meeting BEFORE INSERT ON usage_entries FOR EACH ROW EXECUTE FUNCTION meet()",
)
