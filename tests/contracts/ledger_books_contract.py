"""What every ledger promises of its check and of letting old rows go."""

from datetime import timedelta
from decimal import Decimal

import pytest

from application.ports.ledger_audit import LedgerAudit
from application.ports.ledger_pruning import LedgerPruning
from application.ports.usage_figures import UsageFigures
from application.ports.usage_ledger import UsageLedger, UsageReport
from domain.ledger_audit import Checked
from domain.ledger_errors import DetailPruned
from domain.usage import UsageDimension, UsageFilter
from tests.builders import MOMENT, a_hold, a_rule, a_settlement, a_usage_entry, later

RULE = a_rule(name="한도", limit=Decimal(1))
DAY = 86_400
TODAY = MOMENT.date()
EVERYTHING = UsageFilter()


async def three_days(ledger: UsageLedger) -> None:
    """A settled call on each of three days, and one under way on the first."""
    for number in range(3):
        entry = a_usage_entry(entry_id=f"e-{number}", at=later(number * DAY), user_id="민지")
        await ledger.open(entry, holds=[a_hold(entry, rule=RULE)])
        await ledger.settle(entry.entry_id, a_settlement())
    waiting = a_usage_entry(entry_id="e-9", at=later(60))
    await ledger.open(waiting, holds=[a_hold(waiting, rule=RULE)])


class LedgerBooksContract:
    """A subclass gives `ledger`, `report`, `figures`, `pruning` and `books`, by their ports, over one empty book."""

    async def test_an_empty_book_differs_in_nothing(self, books: LedgerAudit) -> None:
        findings = await books.audit(most=10)
        assert findings.differences == ()

    async def test_a_sound_book_differs_in_nothing_and_says_how_much_was_looked_at(
        self, ledger: UsageLedger, books: LedgerAudit
    ) -> None:
        await three_days(ledger)
        findings = await books.audit(most=10)
        assert findings.differences == ()
        expected = Checked(rows=4, holds=4, counters=3, sums=findings.checked.sums)
        assert findings.checked == expected

    async def test_old_rows_go_a_few_at_a_time_and_pending_ones_stay(
        self, ledger: UsageLedger, report: UsageReport, pruning: LedgerPruning
    ) -> None:
        await three_days(ledger)
        tomorrow = TODAY + timedelta(days=2)
        assert [await pruning.prune(before=tomorrow, limit=1) for _ in range(3)] == [1, 1, 0]
        kept = (await report.entries(EVERYTHING, limit=9)).items
        assert [entry.entry_id for entry in kept] == ["e-2", "e-9"]

    async def test_no_total_changes_when_rows_go(
        self, ledger: UsageLedger, report: UsageReport, figures: UsageFigures, pruning: LedgerPruning
    ) -> None:
        await three_days(ledger)

        async def totals() -> object:
            groups = [await report.summary(EVERYTHING, by=[by]) for by in UsageDimension]
            summed = sorted((figure.attempts, figure.cost_usd) for figure in await figures.figures())
            return groups, summed, await report.counters([RULE], at=MOMENT)

        before = await totals()
        await pruning.prune(before=TODAY + timedelta(days=9), limit=100)
        assert await totals() == before

    async def test_a_pruned_book_is_still_checked(
        self, ledger: UsageLedger, pruning: LedgerPruning, books: LedgerAudit
    ) -> None:
        await three_days(ledger)
        await pruning.prune(before=TODAY + timedelta(days=1), limit=100)
        findings = await books.audit(most=10)
        assert (findings.differences, findings.checked.rows, findings.checked.counters) == ((), 3, 3)

    @pytest.mark.parametrize(
        ("wanted", "field"),
        [
            (UsageFilter(since=MOMENT), "from"),
            (UsageFilter(until=MOMENT), "to"),
            (UsageFilter(since=MOMENT, until=later(60)), "from"),
        ],
    )
    async def test_a_part_of_a_day_whose_rows_are_gone_is_refused_and_never_a_wrong_sum(  # noqa: PLR0917  # fixtures
        self, ledger: UsageLedger, report: UsageReport, pruning: LedgerPruning, wanted: UsageFilter, field: str
    ) -> None:
        await three_days(ledger)
        await pruning.prune(before=TODAY + timedelta(days=1), limit=1)
        with pytest.raises(DetailPruned) as refusal:
            await report.summary(wanted, by=[])
        assert refusal.value.facts["first_day"] == "2026-11-21"
        assert refusal.value.violations[0].field == field

    async def test_whole_days_and_days_whose_rows_are_kept_are_answered(
        self, ledger: UsageLedger, report: UsageReport, pruning: LedgerPruning
    ) -> None:
        await three_days(ledger)
        await pruning.prune(before=TODAY + timedelta(days=1), limit=100)
        midnight = MOMENT.replace(hour=0, minute=0)
        [whole] = await report.summary(UsageFilter(since=midnight, until=later(2 * DAY)), by=[])
        assert whole.attempts == 3
        [rest] = await report.summary(UsageFilter(since=later(DAY)), by=[])
        assert rest.attempts == 2

    async def test_what_was_pruned_once_stays_refused(
        self, ledger: UsageLedger, report: UsageReport, pruning: LedgerPruning
    ) -> None:
        await three_days(ledger)
        await pruning.prune(before=TODAY + timedelta(days=1), limit=100)
        await pruning.prune(before=TODAY - timedelta(days=100), limit=100)
        with pytest.raises(DetailPruned):
            await report.summary(UsageFilter(since=MOMENT), by=[])
