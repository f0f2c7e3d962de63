"""Budget counters and holds as rows: exact, in the rule's own unit."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Row

from adapters.sql.column_types import EPOCH, MICROSECOND, PICO_DOLLARS, amount_of, microseconds, whole_units
from domain.budget import BudgetCounter, BudgetPeriod, BudgetRule, BudgetUnit, Hold, Window

UNITS: Mapping[BudgetUnit, int] = {BudgetUnit.USD: PICO_DOLLARS, BudgetUnit.TOKENS: 1}


class CounterKey(NamedTuple):
    """What a counter counts, as its columns hold it. A rule whose unit or period was changed begins a new one."""

    rule: str
    unit: str
    starts_at: int
    ends_at: int
    subject: str


class HeldRow(Protocol):
    """A hold as its columns hold it."""

    @property
    def rule(self) -> str:
        """Its name."""

    @property
    def unit(self) -> str:
        """What it counts."""

    @property
    def starts_at(self) -> int:
        """Microseconds."""

    @property
    def ends_at(self) -> int:
        """Microseconds."""

    @property
    def subject(self) -> str:
        """Whose."""

    @property
    def amount(self) -> int:
        """In whole units."""


def key_of(hold: Hold) -> CounterKey:
    """The counter that a hold counts against."""
    starts_at, ends_at = microseconds(hold.window.starts_at), microseconds(hold.window.ends_at)
    return CounterKey(hold.rule.counted_as, hold.rule.unit.value, starts_at, ends_at, hold.subject)


def units(rule: BudgetRule, amount: Decimal) -> int:
    """The amount in whole smallest units: pico-dollars, or tokens."""
    return whole_units(amount, UNITS[rule.unit])


def amount_in(unit: BudgetUnit, number: int) -> Decimal:
    """The amount that so many whole units are."""
    return amount_of(number, UNITS[unit])


def counter_of(row: Row[Any], rule: BudgetRule, window: Window) -> BudgetCounter:
    """What a row of `budget_counters` counts, under the rule as it is now."""
    spent, held = (amount_in(rule.unit, number) for number in (row.spent, row.held))
    return BudgetCounter(rule=rule, window=window, subject=row.subject, spent=spent, held=held)


@lru_cache
def _named(name: str, unit: str) -> BudgetRule:
    return BudgetRule(name=name, unit=BudgetUnit(unit), limit=Decimal(0), period=BudgetPeriod.DAY)


def hold_of(row: HeldRow) -> Hold:
    """A hold that is settled, not measured against its limit: name and unit are all that is left of its rule."""
    rule = _named(row.rule, row.unit)
    window = Window(starts_at=EPOCH + row.starts_at * MICROSECOND, ends_at=EPOCH + row.ends_at * MICROSECOND)
    return Hold(rule=rule, window=window, subject=row.subject, amount=amount_in(rule.unit, row.amount))
