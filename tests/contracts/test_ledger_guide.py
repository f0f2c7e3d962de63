"""What the guide to the ledger tells its reader to run and to look for."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, text

from adapters.sql.database import Database
from adapters.sql.usage_ledger import SqlUsageLedger
from domain.reconciliation import Doubt
from domain.usage import UsageStatus
from entrypoints.cli.invoice_columns import KNOWN
from tests.builders import a_hold, a_settlement, a_usage_entry
from tests.contracts.sql_engines import OnPostgresql, OnSqlite

FOLDER = Path(__file__).parents[2] / "docs"
GUIDE = (FOLDER / "ledger.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", GUIDE, re.DOTALL)


class Guide:
    @pytest.fixture
    async def booked(self, database: Database) -> Database:
        """Three attempts of one operation: settled, unknown, and under way."""
        ledger = SqlUsageLedger(database)
        for number, status in enumerate((UsageStatus.SETTLED, UsageStatus.UNKNOWN, None), start=1):
            entry = a_usage_entry(entry_id=f"e-{number}", operation_id="an operation_id", attempt=number)
            await ledger.open(entry, holds=[a_hold(entry)])
            if status is not None:
                await ledger.settle(entry.entry_id, a_settlement(status=status))
        return database

    async def test_its_queries_run_and_say_what_they_are_for(self, booked: Database) -> None:
        by_day, uncertain, counters, attempts = [await answers(booked, query) for query in QUERIES]
        assert [(row.day, row.model_id, row.attempts) for row in by_day] == [(20_777, "gpt-4o-mini", 3)]
        assert float(by_day[0].usd) == pytest.approx(2 * 0.000168600003 + 0.00045)
        assert [(row.status, row.attempts) for row in uncertain] == [("pending", 1), ("unknown", 1)]
        [counter] = counters
        assert (counter.spent, counter.held) == (counter.spent_by_holds, counter.held_by_holds)
        assert counter.held > 0
        assert [(row.attempt, row.status) for row in attempts] == [(1, "settled"), (2, "unknown"), (3, "pending")]


async def answers(database: Database, query: str) -> Sequence[Row[Any]]:
    async with database.read() as connection:
        return (await connection.execute(text(query))).all()


class TestGuideOnSqlite(OnSqlite, Guide):
    pass


class TestGuideOnPostgresql(OnPostgresql, Guide):
    pass


@pytest.mark.parametrize("word", [*UsageStatus, *Doubt])
def test_every_status_and_every_doubt_is_explained(word: str) -> None:
    assert f"`{word}`" in GUIDE


def test_the_columns_that_it_names_are_read() -> None:
    table = GUIDE.partition("**What it reads.**")[2].partition("A line that has a time")[0]
    named = set(re.findall(r"`([a-z][a-z_.]+)`", table)) - {"usage"}
    assert len(named) > 15
    assert named <= KNOWN
