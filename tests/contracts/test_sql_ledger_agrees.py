"""The SQL ledger against the one in memory, over random stories, questions and prunings."""

from collections.abc import Awaitable, Sequence
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from adapters.memory.usage_ledger import InMemoryUsageLedger
from adapters.sql.database import Database
from adapters.sql.ledger_audit import SqlLedgerAudit
from adapters.sql.ledger_tables import budget_counters, budget_holds, usage_entries, usage_pruning, usage_sums
from adapters.sql.pruning import SqlLedgerPruning
from adapters.sql.usage_figures import SqlUsageFigures
from adapters.sql.usage_ledger import SqlUsageLedger
from adapters.sql.usage_report import SqlUsageReport
from application.ports.usage_ledger import UsageReport
from domain.errors import Refused
from domain.figures import UsageFigure
from domain.usage import UsageDimension, UsageEntry, UsageFilter
from tests.builders import MOMENT
from tests.contracts.ledger_stories import FILTERS, GROUPINGS, MOMENTS, STORIES, STORY_RULES, Told, hour, tell
from tests.contracts.sql_engines import OnPostgresql, OnSqlite

ALL = [UsageDimension.DAY, UsageDimension.USER, UsageDimension.MODEL, UsageDimension.STATUS]
ARBITRARY = settings(
    max_examples=40,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,  # each example empties the database itself
        HealthCheck.differing_executors,  # one test for two engines; nothing is replayed from the other one
        HealthCheck.too_slow,
    ],
)


async def emptied(database: Database) -> None:
    async with database.write() as connection:
        for table in (budget_holds, usage_entries, usage_sums, budget_counters, usage_pruning):
            await connection.execute(delete(table))


async def told_to(database: Database, story: Sequence[Told]) -> InMemoryUsageLedger:
    """The same story in both."""
    await emptied(database)
    memory = InMemoryUsageLedger()
    await tell(story, memory, SqlUsageLedger(database))
    return memory


async def answered(asked: Awaitable[object]) -> object:
    try:
        return await asked
    except Refused as refusal:
        return refusal.detail


async def read_through(report: UsageReport, wanted: UsageFilter, *, limit: int) -> list[UsageEntry]:
    page = await report.entries(wanted, limit=limit)
    read = list(page.items)
    while page.next_after is not None:
        page = await report.entries(wanted, limit=limit, after=page.next_after)
        read += page.items
    return read


def by_key(figures: Sequence[UsageFigure]) -> dict[object, UsageFigure]:
    return {figure.key: figure for figure in figures}


class Agreement:
    @ARBITRARY
    @given(story=STORIES, asked=st.lists(st.tuples(FILTERS, GROUPINGS), min_size=4, max_size=8))
    async def test_every_sum_is_that_of_the_rows(
        self, database: Database, story: list[Told], asked: list[tuple[UsageFilter, list[UsageDimension]]]
    ) -> None:
        memory, report = await told_to(database, story), SqlUsageReport(database)
        for wanted, by in asked:
            assert await report.summary(wanted, by=by) == await memory.summary(wanted, by=by)
        assert await report.counters(STORY_RULES, at=MOMENT) == await memory.counters(STORY_RULES, at=MOMENT)

    @ARBITRARY
    @given(story=STORIES, since=st.none() | MOMENTS, until=st.none() | MOMENTS)
    async def test_every_figure_is_that_of_the_rows(
        self, database: Database, story: list[Told], since: datetime | None, until: datetime | None
    ) -> None:
        memory, figures = await told_to(database, story), SqlUsageFigures(database)
        found = await figures.figures(since=since, until=until)
        assert by_key(found) == by_key(await memory.figures(since=since, until=until))

    @ARBITRARY
    @given(story=STORIES, wanted=FILTERS, limit=st.integers(1, 6))
    async def test_rows_come_in_the_same_order_and_pages(
        self, database: Database, story: list[Told], wanted: UsageFilter, limit: int
    ) -> None:
        memory, report = await told_to(database, story), SqlUsageReport(database)
        assert await read_through(report, wanted, limit=limit) == await read_through(memory, wanted, limit=limit)

    @ARBITRARY
    @given(story=STORIES, day=st.integers(-3, 3), limit=st.integers(1, 30), wanted=FILTERS, by=GROUPINGS)
    async def test_pruning_changes_no_total(  # noqa: PLR0917  # what hypothesis draws
        self,
        database: Database,
        story: list[Told],
        day: int,
        limit: int,
        wanted: UsageFilter,
        by: list[UsageDimension],
    ) -> None:
        memory, report = await told_to(database, story), SqlUsageReport(database)
        before = await report.summary(UsageFilter(), by=ALL), await report.counters(STORY_RULES, at=MOMENT)
        first_kept = hour(24 * day).date()
        pruned = await SqlLedgerPruning(database).prune(before=first_kept, limit=limit)
        assert pruned == await memory.prune(before=first_kept, limit=limit)
        assert (await report.summary(UsageFilter(), by=ALL), await report.counters(STORY_RULES, at=MOMENT)) == before
        asked = answered(report.summary(wanted, by=by)), answered(memory.summary(wanted, by=by))
        assert await asked[0] == await asked[1]
        assert await read_through(report, wanted, limit=9) == await read_through(memory, wanted, limit=9)
        found = await SqlLedgerAudit(database).audit(most=9)
        assert found.differences == (await memory.audit(most=9)).differences == ()


class TestSqliteAgreement(OnSqlite, Agreement):
    pass


class TestPostgresqlAgreement(OnPostgresql, Agreement):
    pass


@pytest.mark.parametrize("after", ["", "e-1", "x/e-1", f"{10**30}/e-1"])
async def test_a_place_that_is_none_is_refused(after: str) -> None:
    with pytest.raises(Refused):
        await InMemoryUsageLedger().entries(UsageFilter(), limit=1, after=after)
