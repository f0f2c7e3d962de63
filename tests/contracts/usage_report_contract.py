"""What every reader of the ledger promises."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from application.ports.usage_ledger import UsageLedger, UsageReport
from domain.usage import TokenUsage, UsageDimension, UsageEntry, UsageFilter, UsageGroup, UsageStatus
from tests.builders import MOMENT, a_settlement, a_usage_entry, later

EVERYTHING = UsageFilter()
ONE_CALL = TokenUsage(
    input_tokens=100, cached_input_tokens=60, cache_write_tokens=10, output_tokens=30, reasoning_tokens=5
)


async def book(ledger: UsageLedger, entry: UsageEntry, *, status: UsageStatus = UsageStatus.SETTLED) -> None:
    """A row of one call that cost a tenth of a dollar and saved a fifth."""
    await ledger.open(entry)
    settlement = a_settlement(
        status=status, usage=ONE_CALL, cost_usd=Decimal("0.1"), saved_cost_usd=Decimal("0.2"), latency_ms=10
    )
    await ledger.settle(entry.entry_id, settlement)


async def a_varied_book(ledger: UsageLedger) -> None:
    await book(ledger, a_usage_entry(entry_id="e-1", at=later(0), user_id="mina"))
    await book(ledger, a_usage_entry(entry_id="e-2", at=later(1), user_id="준", service="chatops"))
    await book(ledger, a_usage_entry(entry_id="e-3", at=later(2), user_id="Zoe", model_id="gpt-4o"))
    await book(ledger, a_usage_entry(entry_id="e-4", at=later(3), user_id="mina", prompt_version=None))
    await book(ledger, a_usage_entry(entry_id="e-5", at=later(86_400), user_id="mina"), status=UsageStatus.FAILED)


async def ids(report: UsageReport, wanted: UsageFilter) -> list[str]:
    return [entry.entry_id for entry in (await report.entries(wanted, limit=100)).items]


class UsageReportContract:
    """A subclass gives `ledger`, `-> UsageLedger`, and `report`, `-> UsageReport`, over one empty book."""

    async def test_an_empty_book_has_no_rows_and_no_groups(self, report: UsageReport) -> None:
        assert (await report.entries(EVERYTHING, limit=10)).items == ()
        assert await report.summary(EVERYTHING, by=[]) == []
        assert await report.summary(EVERYTHING, by=[UsageDimension.DAY]) == []

    async def test_no_dimension_gives_one_group_with_the_sums(self, ledger: UsageLedger, report: UsageReport) -> None:
        await book(ledger, a_usage_entry(entry_id="e-1", operation_id="op-1"))
        await book(ledger, a_usage_entry(entry_id="e-2", operation_id="op-1", attempt=2))
        await book(ledger, a_usage_entry(entry_id="e-3", operation_id="op-2"))
        assert await report.summary(EVERYTHING, by=[]) == [
            UsageGroup(
                requests=2, attempts=3, input_tokens=300, cached_input_tokens=180, cache_write_tokens=30,
                output_tokens=90, reasoning_tokens=15, cost_usd=Decimal("0.3"), saved_cost_usd=Decimal("0.6"),
            )
        ]  # fmt: skip

    async def test_a_pending_row_counts_at_its_estimate(self, ledger: UsageLedger, report: UsageReport) -> None:
        await ledger.open(a_usage_entry())
        assert await report.summary(EVERYTHING, by=[UsageDimension.STATUS]) == [
            UsageGroup(
                status=UsageStatus.PENDING, requests=1, attempts=1, input_tokens=1_000, output_tokens=500,
                cost_usd=Decimal("0.00045"),
            )
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("by", "groups"),
        [
            ([UsageDimension.DAY], [(date(2026, 11, 20), 4), (date(2026, 11, 21), 1)]),
            ([UsageDimension.USER], [("Zoe", 1), ("mina", 3), ("준", 1)]),
            ([UsageDimension.SERVICE], [("chatops", 1), ("strategy_builder", 4)]),
            ([UsageDimension.MODEL], [("gpt-4o", 1), ("gpt-4o-mini", 4)]),
            ([UsageDimension.PROMPT_VERSION], [(None, 1), ("strategy_builder@1", 4)]),
            ([UsageDimension.STATUS], [(UsageStatus.FAILED, 1), (UsageStatus.SETTLED, 4)]),
        ],
    )
    async def test_groups_are_ordered_by_their_dimension_with_none_first(
        self, ledger: UsageLedger, report: UsageReport, by: list[UsageDimension], groups: list[tuple[object, int]]
    ) -> None:
        await a_varied_book(ledger)
        summary = await report.summary(EVERYTHING, by=by)
        assert [(getattr(group, by[0].value), group.attempts) for group in summary] == groups

    async def test_several_dimensions_order_in_the_order_given(self, ledger: UsageLedger, report: UsageReport) -> None:
        await a_varied_book(ledger)
        by_user = await report.summary(EVERYTHING, by=[UsageDimension.USER, UsageDimension.DAY])
        assert [(g.user, g.day and g.day.day, g.attempts) for g in by_user] == [
            ("Zoe", 20, 1), ("mina", 20, 2), ("mina", 21, 1), ("준", 20, 1),
        ]  # fmt: skip
        by_day = await report.summary(EVERYTHING, by=[UsageDimension.DAY, UsageDimension.USER])
        assert [(g.day and g.day.day, g.user) for g in by_day] == [(20, "Zoe"), (20, "mina"), (20, "준"), (21, "mina")]

    async def test_what_is_not_grouped_by_is_none(self, ledger: UsageLedger, report: UsageReport) -> None:
        await book(ledger, a_usage_entry())
        [group] = await report.summary(EVERYTHING, by=[UsageDimension.USER])
        assert (group.user, group.day, group.service, group.model) == ("mina@quant.kr", None, None, None)
        assert (group.prompt_version, group.status) == (None, None)

    async def test_an_operation_counts_in_the_group_of_its_first_attempt_so_that_groups_add_up(
        self, ledger: UsageLedger, report: UsageReport
    ) -> None:
        await book(ledger, a_usage_entry(entry_id="e-1"), status=UsageStatus.FAILED)
        await book(ledger, a_usage_entry(entry_id="e-2", attempt=2))
        by_status = await report.summary(EVERYTHING, by=[UsageDimension.STATUS])
        assert [(group.requests, group.attempts) for group in by_status] == [(1, 1), (0, 1)]
        [total] = await report.summary(EVERYTHING, by=[])
        assert (total.requests, total.attempts) == (1, 2)

    async def test_days_are_utc(self, ledger: UsageLedger, report: UsageReport) -> None:
        seoul = timezone(timedelta(hours=9))
        await book(ledger, a_usage_entry(entry_id="e-1", at=datetime(2026, 11, 20, 8, 59, 59, tzinfo=seoul)))
        await book(ledger, a_usage_entry(entry_id="e-2", at=datetime(2026, 11, 20, 9, 0, 0, tzinfo=seoul)))
        summary = await report.summary(EVERYTHING, by=[UsageDimension.DAY])
        assert [group.day for group in summary] == [date(2026, 11, 19), date(2026, 11, 20)]

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            (UsageFilter(), "54321"),
            (UsageFilter(user_id="mina"), "541"),
            (UsageFilter(user_id="MINA"), ""),
            (UsageFilter(user_id="준"), "2"),
            (UsageFilter(service="chatops"), "2"),
            (UsageFilter(model_id="gpt-4o"), "3"),
            (UsageFilter(prompt_version="strategy_builder@1"), "5321"),
            (UsageFilter(status=UsageStatus.FAILED), "5"),
            (UsageFilter(status=UsageStatus.PENDING), ""),
            (UsageFilter(since=later(2)), "543"),
            (UsageFilter(until=later(2)), "21"),
            (UsageFilter(since=later(1), until=later(3)), "32"),
            (UsageFilter(since=later(1).astimezone(timezone(timedelta(hours=-5)))), "5432"),
            (UsageFilter(user_id="mina", status=UsageStatus.SETTLED, since=later(1)), "4"),
        ],
    )
    async def test_rows_and_sums_are_narrowed_alike(
        self, ledger: UsageLedger, report: UsageReport, wanted: UsageFilter, found: Sequence[str]
    ) -> None:
        await a_varied_book(ledger)
        assert await ids(report, wanted) == [f"e-{n}" for n in found]
        assert [group.attempts for group in await report.summary(wanted, by=[])] == [len(found)] * bool(found)

    @pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
    async def test_pages_join_to_all_rows_newest_first(
        self, ledger: UsageLedger, report: UsageReport, limit: int
    ) -> None:
        await a_varied_book(ledger)
        page = await report.entries(EVERYTHING, limit=limit)
        read = list(page.items)
        while page.next_after is not None:
            page = await report.entries(EVERYTHING, limit=limit, after=page.next_after)
            assert page.items
            read += page.items
            assert len(read) <= 7, "a page repeats"
        assert [entry.entry_id for entry in read] == ["e-5", "e-4", "e-3", "e-2", "e-1"]

    async def test_a_page_is_of_the_rows_that_are_meant(self, ledger: UsageLedger, report: UsageReport) -> None:
        await a_varied_book(ledger)
        first = await report.entries(UsageFilter(user_id="mina"), limit=2)
        assert [entry.entry_id for entry in first.items] == ["e-5", "e-4"]
        rest = await report.entries(UsageFilter(user_id="mina"), limit=2, after=first.next_after)
        assert ([entry.entry_id for entry in rest.items], rest.next_after) == (["e-1"], None)

    async def test_moments_of_rows_are_utc(self, ledger: UsageLedger, report: UsageReport) -> None:
        await ledger.open(a_usage_entry(at=MOMENT.astimezone(timezone(timedelta(hours=9)))))
        [entry] = (await report.entries(EVERYTHING, limit=1)).items
        assert (entry.at, entry.at.tzinfo, entry.deadline_at.tzinfo) == (MOMENT, UTC, UTC)
