"""Shares of budgets at which somebody wants to hear of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.budget import BudgetCounter

Crossing = tuple[str, str, datetime, str, Decimal, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetWarning:
    """A counter of which more than a share of the limit is spent or held."""

    counter: BudgetCounter
    share: Decimal

    @property
    def crossing(self) -> Crossing:
        """What it is told once by: rule, subject, window, limit and share."""
        counted, rule = self.counter, self.counter.rule
        return (rule.name, rule.unit.value, counted.window.ends_at, counted.subject, rule.limit, self.share)


def warnings_of(counters: Iterable[BudgetCounter]) -> Iterator[BudgetWarning]:
    """One for each share that a counter has reached, the lowest first."""
    for counter in counters:
        for share in counter.rule.warn_at:
            if counter.used_share >= share:
                yield BudgetWarning(counter=counter, share=share)
