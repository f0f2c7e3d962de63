"""Several at once over one database: no cap is overrun at any moment, and the books are right afterwards."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.sql.database import Database
from adapters.sql.ledger_audit import SqlLedgerAudit
from adapters.sql.usage_ledger import SqlUsageLedger
from adapters.sql.usage_report import SqlUsageReport
from domain.budget import BudgetCounter, BudgetUnit
from domain.errors import BudgetExhausted
from domain.usage import TokenUsage, UsageEntry, UsageFilter, UsageStatus
from tests.builders import MOMENT, a_hold, a_rule, a_settlement, a_usage_entry
from tests.contracts.sql_engines import OnPostgresql, OnSqlite, Place

ROOT = Path(__file__).parents[4]
CAP = a_rule(name="cap", limit=Decimal("0.0100"))
TOKENS = a_rule(name="tokens", unit=BudgetUnit.TOKENS, limit=Decimal(30_000))
EACH = a_rule(name="each", limit=Decimal("0.0060"), each_user=True)
RULES = (CAP, TOKENS, EACH)
EVERYTHING = UsageFilter()
# Another process: it makes so many calls, and says how many of them it was allowed.
CALLS = """
import asyncio, sys
from adapters.sql.database import Database
from adapters.sql.usage_ledger import SqlUsageLedger
from tests.unit.adapters.sql.test_ledger_processes import many_calls

async def run():
    database = Database(sys.argv[1])
    ledger = SqlUsageLedger(database)
    print("ready", flush=True)
    sys.stdin.readline()
    print(await many_calls(ledger, seed=int(sys.argv[2]), count=80, over_seconds=1.0))
    await ledger.close()
    await database.close()

asyncio.run(run())
"""


def a_random_call(chance: random.Random, name: str) -> UsageEntry:
    tokens = chance.randrange(1, 2_000)
    return a_usage_entry(
        entry_id=name,
        operation_id=name,
        user_id=chance.choice(("민지", "준", "Zoe")),
        usage=TokenUsage(input_tokens=tokens, output_tokens=chance.randrange(200), estimated=True),
        cost_usd=Decimal(chance.randrange(1, 900_000_000)).scaleb(-12),
    )


async def a_call(ledger: SqlUsageLedger, chance: random.Random, name: str) -> bool:
    """A call that is mostly cheaper than what it holds; whether it was allowed."""
    entry = a_random_call(chance, name)
    try:
        await ledger.open(entry, holds=[a_hold(entry, rule=rule) for rule in chance.sample(RULES, 3)])
    except BudgetExhausted:
        return False
    await asyncio.sleep(chance.random() * 0.002)
    share = Decimal(chance.randrange(1_000)) / 1_000
    used = TokenUsage(input_tokens=int(entry.usage.input_tokens * share))
    cost = (entry.cost_usd * share).quantize(Decimal("1e-12"), rounding="ROUND_DOWN")
    assert await ledger.settle(name, a_settlement(usage=used, cost_usd=cost))
    return True


async def many_calls(ledger: SqlUsageLedger, *, seed: int, count: int, over_seconds: float = 0.0) -> int:
    """All at once, or one after the other over so long; how many were allowed."""
    chance = random.Random(seed)  # noqa: S311  # the order of events, not a secret

    async def in_its_turn(number: int) -> bool:
        await asyncio.sleep(over_seconds * number / count)
        return await a_call(ledger, chance, f"{seed}-{number:04}")

    return sum(await asyncio.gather(*map(in_its_turn, range(count))))


def is_within(counter: BudgetCounter) -> bool:
    return counter.spent >= 0 and counter.held >= 0 and counter.spent + counter.held <= counter.rule.limit


class Processes:
    @pytest.fixture
    async def other(self, place: Place) -> AsyncIterator[Database]:
        """The same database, as another process sees it."""
        other = Database(place.url)
        yield other
        await other.close()

    @pytest.mark.parametrize("seed", range(3))
    async def test_at_no_moment_is_more_promised_than_a_cap_allows(
        self, database: Database, other: Database, seed: int
    ) -> None:
        ledgers = SqlUsageLedger(database), SqlUsageLedger(other)
        report = SqlUsageReport(database)
        work = [asyncio.create_task(many_calls(each, seed=seed * 2 + n, count=120)) for n, each in enumerate(ledgers)]
        seen = 0
        while not all(task.done() for task in work):
            counters = await report.counters(RULES, at=MOMENT)
            assert all(map(is_within, counters)), counters
            seen += 1
        allowed = sum(await asyncio.gather(*work))
        assert seen > 1
        assert 0 < allowed < 240
        counters = await report.counters(RULES, at=MOMENT)
        assert {counter.held for counter in counters} == {Decimal(0)}
        [total] = await report.summary(EVERYTHING, by=[])
        assert (total.attempts, total.cost_usd) == (allowed, counters[0].spent)
        assert (await SqlLedgerAudit(database).audit(most=9)).differences == ()

    async def test_nobody_is_refused_what_fits(self, database: Database, other: Database) -> None:
        ledgers = SqlUsageLedger(database), SqlUsageLedger(other)
        call = a_usage_entry()
        room = a_rule(name="room", limit=call.cost_usd * 60)

        async def once(number: int) -> None:
            entry = replace(call, entry_id=f"e-{number:03}", user_id=f"연구원-{number % 7}")
            await ledgers[number % 2].open(entry, holds=[a_hold(entry, rule=room)])
            free = a_settlement(status=UsageStatus.FAILED, usage=TokenUsage(), cost_usd=Decimal(0))
            await ledgers[(number + 1) % 2].settle(entry.entry_id, free)

        for start in range(0, 240, 60):
            await asyncio.gather(*(once(number) for number in range(start, start + 60)))
        [counter] = await SqlUsageReport(database).counters([room], at=MOMENT)
        assert counter.spent == counter.held == Decimal(0)

    async def test_two_processes_keep_one_cap(self, place: Place, database: Database) -> None:
        processes = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-c", CALLS, place.url, str(seed), cwd=ROOT,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )
            for seed in (71, 72)
        ]  # fmt: skip
        # Together, and spread out: whoever comes first could use the cap up before the other's turn.
        for process in processes:
            assert process.stdout is not None
            await process.stdout.readline()
        said = [said for said, _ in await asyncio.gather(*(process.communicate(b"\n") for process in processes))]
        allowed = [int(words) for words in said]
        assert min(allowed) > 0
        report = SqlUsageReport(database)
        assert all(map(is_within, await report.counters(RULES, at=MOMENT)))
        [total] = await report.summary(EVERYTHING, by=[])
        assert (total.attempts, sum(allowed)) == (sum(allowed), total.requests)
        assert (await SqlLedgerAudit(database).audit(most=9)).differences == ()


class TestSqliteProcesses(OnSqlite, Processes):
    pass


class TestPostgresqlProcesses(OnPostgresql, Processes):
    pass
