"""What every reader of the ledger's figures promises."""

from collections.abc import Sequence
from decimal import Decimal

from application.ports.usage_figures import UsageFigures
from application.ports.usage_ledger import UsageLedger
from domain.figures import UsageFigure
from domain.usage import TokenUsage, UsageEntry, UsageStatus
from tests.builders import MOMENT, a_settlement, a_usage_entry, later

ONE_CALL = TokenUsage(
    input_tokens=100, cached_input_tokens=60, cache_write_tokens=10, output_tokens=30, reasoning_tokens=5
)


async def book(
    ledger: UsageLedger, entry: UsageEntry, *, status: UsageStatus = UsageStatus.SETTLED, reason: str | None = None
) -> None:
    await ledger.open(entry)
    settlement = a_settlement(status=status, usage=ONE_CALL, cost_usd=Decimal("0.1"), reason=reason)
    await ledger.settle(entry.entry_id, settlement)


def by_key(figures: Sequence[UsageFigure]) -> dict[object, UsageFigure]:
    assert len({figure.key for figure in figures}) == len(figures)
    return {figure.key: figure for figure in figures}


class UsageFiguresContract:
    """A subclass gives `ledger`, `-> UsageLedger`, and `figures`, `-> UsageFigures`, over one empty book."""

    async def test_an_empty_book_has_no_figures(self, figures: UsageFigures) -> None:
        assert await figures.figures() == []

    async def test_rows_that_stand_alike_are_summed_whoever_caused_them(
        self, ledger: UsageLedger, figures: UsageFigures
    ) -> None:
        await book(ledger, a_usage_entry(entry_id="e-1", user_id="mina"))
        await book(ledger, a_usage_entry(entry_id="e-2", user_id="준", at=later(99)))
        first = a_usage_entry()
        assert await figures.figures() == [
            UsageFigure(
                provider=first.provider, service=first.service, model_id=first.model_id, status=UsageStatus.SETTLED,
                attempts=2, input_tokens=200, cached_input_tokens=120, cache_write_tokens=20, output_tokens=60,
                reasoning_tokens=10, cost_usd=Decimal("0.2"),
            )
        ]  # fmt: skip

    async def test_what_differs_in_a_key_stands_apart(self, ledger: UsageLedger, figures: UsageFigures) -> None:
        await book(ledger, a_usage_entry(entry_id="e-1"))
        await book(ledger, a_usage_entry(entry_id="e-2", service="chatops"))
        await book(ledger, a_usage_entry(entry_id="e-3", model_id="gpt-4o"))
        await book(ledger, a_usage_entry(entry_id="e-4", provider="somebody"))
        await book(ledger, a_usage_entry(entry_id="e-5"), status=UsageStatus.FAILED, reason="provider-rejected")
        await book(ledger, a_usage_entry(entry_id="e-6"), status=UsageStatus.FAILED, reason="provider-throttled")
        await ledger.open(a_usage_entry(entry_id="e-7"))
        found = by_key(await figures.figures())
        assert len(found) == 7
        assert {figure.attempts for figure in found.values()} == {1}
        assert {figure.reason for figure in found.values()} == {None, "provider-rejected", "provider-throttled"}

    async def test_a_pending_row_counts_at_its_estimate(self, ledger: UsageLedger, figures: UsageFigures) -> None:
        entry = a_usage_entry()
        await ledger.open(entry)
        [figure] = await figures.figures()
        assert figure.status is UsageStatus.PENDING
        assert (figure.input_tokens, figure.cost_usd) == (entry.usage.input_tokens, entry.cost_usd)

    async def test_a_span_has_its_start_and_not_its_end(self, ledger: UsageLedger, figures: UsageFigures) -> None:
        for seconds in range(4):
            await book(ledger, a_usage_entry(entry_id=f"e-{seconds}", at=later(seconds)))
        [figure] = await figures.figures(since=later(1), until=later(3))
        assert figure.attempts == 2
        assert await figures.figures(until=MOMENT) == []
        assert await figures.figures(since=later(4)) == []
