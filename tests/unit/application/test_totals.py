from datetime import datetime, timedelta
from decimal import Decimal

from adapters.memory.clock import SettableClock
from adapters.memory.usage_ledger import InMemoryUsageLedger
from application.totals import LedgerTotals
from domain.figures import UsageFigure, joined
from domain.usage import UsageStatus
from tests.builders import MOMENT, a_settlement, a_usage_entry

MIDNIGHT = MOMENT.replace(hour=0, minute=0) + timedelta(days=1)


class CountedBook:
    """A ledger that remembers from when on it was read."""

    def __init__(self, ledger: InMemoryUsageLedger) -> None:
        self._ledger = ledger
        self.asked: list[datetime | None] = []

    async def figures(self, *, since: datetime | None = None, until: datetime | None = None) -> list[UsageFigure]:
        self.asked.append(since)
        return await self._ledger.figures(since=since, until=until)


async def call(ledger: InMemoryUsageLedger, number: int, at: datetime, *, settled: bool = True) -> None:
    await ledger.open(a_usage_entry(entry_id=f"e-{number}", at=at))
    if settled:
        await ledger.settle(f"e-{number}", a_settlement(cost_usd=Decimal(number)))


async def test_the_totals_are_those_of_the_rows_however_much_time_passes() -> None:
    ledger, clock = InMemoryUsageLedger(), SettableClock(MOMENT)
    book = CountedBook(ledger)
    totals = LedgerTotals(book=book, clock=clock)
    for number in range(60):
        await call(ledger, number, clock.now(), settled=number % 7 != 0)
        clock.advance(3_600)
        for overdue in range(0, number - 20, 7):
            await ledger.settle(f"e-{overdue}", a_settlement(cost_usd=Decimal(overdue)))
        expected = {figure.key: figure for figure in await ledger.figures()}
        assert {figure.key: figure for figure in await totals.read()} == expected
    assert book.asked.count(None) < len(book.asked)


async def test_rows_of_the_past_are_read_once() -> None:
    ledger, clock = InMemoryUsageLedger(), SettableClock(MOMENT)
    book = CountedBook(ledger)
    totals = LedgerTotals(book=book, clock=clock)
    await call(ledger, 1, MOMENT)
    clock.advance(86_400)
    await totals.read()
    book.asked.clear()
    await totals.read()
    assert book.asked == [MIDNIGHT]


async def test_a_row_that_is_not_final_keeps_the_past_open() -> None:
    ledger, clock = InMemoryUsageLedger(), SettableClock(MOMENT)
    totals = LedgerTotals(book=ledger, clock=clock)
    await call(ledger, 1, MOMENT, settled=False)
    clock.advance(86_400)
    assert [figure.status for figure in await totals.read()] == [UsageStatus.PENDING]
    await ledger.settle("e-1", a_settlement())
    assert [figure.status for figure in await totals.read()] == [UsageStatus.SETTLED]


def test_figures_of_one_key_are_joined_and_others_stand_apart() -> None:
    one = UsageFigure(
        provider="openai", service="chatops", model_id="gpt-4o", status=UsageStatus.SETTLED, attempts=1,
        input_tokens=5, cost_usd=Decimal("0.1"),
    )  # fmt: skip
    other = UsageFigure(provider="openai", service="memory", model_id="e", status=UsageStatus.SETTLED, attempts=4)
    both = joined([one, other], [one])
    assert [figure.attempts for figure in both] == [2, 4]
    assert (both[0].input_tokens, both[0].cost_usd) == (10, Decimal("0.2"))
