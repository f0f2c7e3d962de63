"""Each way in which the ledger could be wrong, made by hand in the database, is found and named."""

# ruff: noqa: S608  # the statements are made of this file's own words

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from adapters.sql.database import Database
from adapters.sql.ledger_audit import SqlLedgerAudit
from adapters.sql.pruning import SqlLedgerPruning
from adapters.sql.usage_ledger import SqlUsageLedger
from domain.budget import BudgetUnit
from domain.ledger_audit import LedgerCheck
from domain.usage import UsageStatus
from tests.builders import MOMENT, a_hold, a_rule, a_settlement, a_usage_entry, later
from tests.contracts.sql_engines import OnPostgresql, OnSqlite

USD = a_rule(name="한도", limit=Decimal(1))
TOKENS = a_rule(name="tokens", unit=BudgetUnit.TOKENS, limit=Decimal(100_000))
OPEN, SETTLED, YESTERDAY = "e-open", "e-settled", "e-yesterday"


async def a_book(database: Database) -> None:
    ledger = SqlUsageLedger(database)
    for entry_id, at in ((OPEN, MOMENT), (SETTLED, MOMENT), (YESTERDAY, later(-86_400))):
        entry = a_usage_entry(entry_id=entry_id, at=at, user_id="민지")
        await ledger.open(entry, holds=[a_hold(entry, rule=rule) for rule in (USD, TOKENS)])
        if entry_id != OPEN:
            await ledger.settle(entry_id, a_settlement(status=UsageStatus.ESTIMATED, reason="끊겼다"))


async def spoilt(database: Database, statement: str) -> list[tuple[LedgerCheck, str, str, str]]:
    async with database.write() as connection:
        if database.dialect == "sqlite":
            await connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        assert (await connection.execute(text(statement))).rowcount > 0
    found = (await SqlLedgerAudit(database).audit(most=50)).differences
    return [(each.check, each.subject, each.expected, each.found) for each in found]


ONE_ROW = "WHERE entry_id = 'e-settled'"
ONE_HOLD = f"{ONE_ROW} AND position = 0"
WRONG = [
    # what is done, what is checked, what is named, what is said of it
    (
        "UPDATE budget_counters SET spent = spent + 1 WHERE rule = '한도' AND held > 0",
        (LedgerCheck.COUNTER, "한도 from 2026-11-20", "spent 0.000168600003 usd", "spent 0.000168600004 usd"),
    ),
    (
        "UPDATE budget_counters SET held = 0 WHERE rule = 'tokens' AND held > 0",
        (LedgerCheck.COUNTER, "tokens from 2026-11-20", "held 1500 tokens", "held 0 tokens"),
    ),
    (
        "UPDATE budget_counters SET pruned = 5 WHERE rule = 'tokens' AND held > 0",
        (LedgerCheck.COUNTER, "tokens from 2026-11-20", "spent 1025 tokens", "spent 1020 tokens"),
    ),
    (
        "DELETE FROM budget_counters WHERE rule = '한도' AND held > 0",
        (LedgerCheck.COUNTER, "한도 from 2026-11-20", "held 0.00045 usd", "held 0 usd"),
    ),
    (
        "DELETE FROM budget_holds WHERE entry_id = 'e-open' AND position = 0",
        (LedgerCheck.COUNTER, "한도 from 2026-11-20", "held 0 usd", "held 0.00045 usd"),
    ),
    (
        f"UPDATE budget_holds SET spent = NULL {ONE_HOLD}",
        (LedgerCheck.HOLD, "한도 of row e-settled", "spent 0.000168600003 usd", "open"),
    ),
    (
        "UPDATE budget_holds SET spent = amount WHERE entry_id = 'e-open' AND position = 1",
        (LedgerCheck.HOLD, "tokens of row e-open", "open", "spent 1500 tokens"),
    ),
    (
        f"UPDATE budget_holds SET spent = spent - 1 {ONE_ROW} AND position = 1",
        (LedgerCheck.HOLD, "tokens of row e-settled", "spent 1020 tokens", "spent 1019 tokens"),
    ),
    (
        f"UPDATE usage_entries SET cost_usd = cost_usd * 2 {ONE_ROW}",
        (LedgerCheck.HOLD, "한도 of row e-settled", "spent 0.000337200006 usd", "spent 0.000168600003 usd"),
    ),
    (
        f"UPDATE usage_entries SET cost_usd = cost_usd * 2 {ONE_ROW}",
        (LedgerCheck.SUM, "service of 2026-11-20", "cost_usd 0.000337200006", "cost_usd 0.000168600003"),
    ),
    (
        f"UPDATE usage_entries SET attempt = 2 {ONE_ROW}",
        (LedgerCheck.SUM, "all of 2026-11-20 user_id=민지", "requests 0", "requests 1"),
    ),
    (
        "UPDATE usage_sums SET output_tokens = 0 WHERE kind = 'user' AND day = 20777",
        (LedgerCheck.SUM, "user of 2026-11-20 user_id=민지", "output_tokens 120", "output_tokens 0"),
    ),
    (
        "DELETE FROM usage_sums WHERE kind = 'service' AND day = 20776",
        (LedgerCheck.SUM, "service of 2026-11-19", "attempts 1", "attempts 0"),
    ),
    (
        "UPDATE usage_sums SET reason = '' WHERE kind = 'service' AND day = 20776",
        (LedgerCheck.SUM, "reason=other", "attempts 1", "attempts 0"),
    ),
    (
        "UPDATE usage_sums SET prompt_version = '' WHERE kind = 'all' AND day = 20777",
        (LedgerCheck.SUM, "prompt_version=", "attempts 0", "attempts 1"),
    ),
    (
        f"UPDATE usage_entries SET cached_input_tokens = input_tokens + 1 {ONE_ROW}",
        (LedgerCheck.ROW, "row e-settled", "cached and cache-write tokens within the input", "cached_input_tokens 901"),
    ),
    (
        f"UPDATE usage_entries SET reasoning_tokens = 121 {ONE_ROW}",
        (LedgerCheck.ROW, "row e-settled", "reasoning tokens within the output", "reasoning_tokens 121"),
    ),
    (
        f"UPDATE usage_entries SET cache_write_tokens = -1 {ONE_ROW}",
        (LedgerCheck.ROW, "row e-settled", "no bucket of tokens below 0", "cache_write_tokens -1"),
    ),
    (
        f"UPDATE usage_entries SET cost_usd = -1 {ONE_ROW}",
        (LedgerCheck.ROW, "row e-settled", "a cost of 0 or more", "cost_usd -0.000000000001"),
    ),
    (
        f"UPDATE budget_holds SET amount = -1 {ONE_HOLD}",
        (LedgerCheck.HOLD, "한도 of row e-settled", "an amount of 0 or more", "-0.000000000001 usd"),
    ),
]


class Audit:
    async def test_a_sound_book_has_no_difference(self, database: Database) -> None:
        await a_book(database)
        findings = await SqlLedgerAudit(database).audit(most=50)
        assert findings.differences == ()
        assert (findings.checked.rows, findings.checked.holds, findings.checked.counters) == (3, 6, 4)

    @pytest.mark.parametrize(("statement", "named"), WRONG)
    async def test_what_is_spoilt_is_named(
        self, database: Database, statement: str, named: tuple[LedgerCheck, str, str, str]
    ) -> None:
        await a_book(database)
        found = await spoilt(database, statement)
        check, *parts = named
        told = [each for each in found if each[0] is check]
        assert [each for each in told if all(part in said for part, said in zip(parts, each[1:], strict=True))], found

    async def test_sums_whose_rows_are_gone_are_checked_against_each_other(self, database: Database) -> None:
        await a_book(database)
        await SqlLedgerPruning(database).prune(before=MOMENT.date(), limit=9)
        await a_pruned_book_is_sound(database)
        spoiling = "UPDATE usage_sums SET attempts = 7 WHERE kind = 'service' AND day = 20776"
        found = await spoilt(database, spoiling)
        assert [(check, expected, kept) for check, _, expected, kept in found] == [
            (LedgerCheck.SUM, "attempts 1", "attempts 7")
        ]

    async def test_at_most_so_many_of_each_check_are_named(self, database: Database) -> None:
        await a_book(database)
        async with database.write() as connection:
            await connection.execute(text("UPDATE usage_entries SET cost_usd = -1"))
        found = (await SqlLedgerAudit(database).audit(most=1)).differences
        assert [each.check for each in found] == [LedgerCheck.HOLD, LedgerCheck.SUM, LedgerCheck.ROW]

    async def test_a_check_sees_one_moment_while_calls_go_on(self, database: Database) -> None:
        await a_book(database)
        ledger = SqlUsageLedger(database)
        async with database.snapshot() as connection:
            counting = text("SELECT count(*) FROM usage_entries")
            before = (await connection.execute(counting)).scalar_one()
            await ledger.open(a_usage_entry(entry_id="e-meanwhile", at=MOMENT + timedelta(seconds=1)))
            assert (await connection.execute(counting)).scalar_one() == before == 3


async def a_pruned_book_is_sound(database: Database) -> None:
    findings = await SqlLedgerAudit(database).audit(most=50)
    assert findings.differences == ()
    assert findings.checked.rows == 2


class TestSqliteAudit(OnSqlite, Audit):
    pass


class TestPostgresqlAudit(OnPostgresql, Audit):
    pass
