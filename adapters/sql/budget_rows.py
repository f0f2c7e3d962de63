"""Budget counters and holds as rows: exact, in the rule's own unit."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Row

from adapters.sql.column_types import PICO_DOLLARS, amount_of, microseconds, whole_units
from domain.budget import BudgetCounter, BudgetPeriod, BudgetRule, BudgetUnit, Hold, Window
from domain.usage import Settlement

UNITS: Mapping[BudgetUnit, int] = {BudgetUnit.USD: PICO_DOLLARS, BudgetUnit.TOKENS: 1}


class CounterKey(NamedTuple):
    """What a counter counts, as its columns hold it. A rule whose unit or period was changed begins a new one."""

    rule: str
    unit: str
    starts_at: int
    ends_at: int
    subject: str


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


def counter_at(hold: Hold, *, spent: int, held: int) -> BudgetCounter:
    """What a hold is measured against, from whole units."""
    amounts = {"spent": amount_in(hold.rule.unit, spent), "held": amount_in(hold.rule.unit, held)}
    return BudgetCounter(rule=hold.rule, window=hold.window, subject=hold.subject, **amounts)


def most_units(rule: BudgetRule) -> int:
    """The limit in whole units; what of it is less than one of them nobody can spend."""
    return int(rule.limit * UNITS[rule.unit])


def spent_units(unit: str, settlement: Settlement) -> int:
    """What a call comes to in whole units of a budget of that unit."""
    return units(_counting(unit), _counting(unit).amount(usage=settlement.usage, cost_usd=settlement.cost_usd))


@cache
def _counting(unit: str) -> BudgetRule:
    """A rule of which only the unit matters."""
    return BudgetRule(name=unit, unit=BudgetUnit(unit), limit=Decimal(0), period=BudgetPeriod.DAY)
