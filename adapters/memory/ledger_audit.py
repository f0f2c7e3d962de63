"""The ledger in memory, recomputed from its rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from domain.budget import BudgetCounter, BudgetUnit, Hold
from domain.ledger_audit import Difference, LedgerCheck
from domain.usage import UsageEntry, UsageStatus

Key = tuple[str, BudgetUnit, datetime, datetime, str]


def wrong_counters(
    counters: Mapping[Key, BudgetCounter], held: Iterable[tuple[Key, Hold, UsageEntry]]
) -> Iterator[Difference]:
    """Counters that are not the sums of their holds."""
    expected: dict[Key, BudgetCounter] = {
        key: replace(each, spent=Decimal(0), held=Decimal(0)) for key, each in counters.items()
    }
    for key, hold, entry in held:
        if entry.status is UsageStatus.PENDING:
            expected[key] = replace(expected[key], held=expected[key].held + hold.amount)
        else:
            came_to = hold.rule.amount(usage=entry.usage, cost_usd=entry.cost_usd)
            expected[key] = replace(expected[key], spent=expected[key].spent + came_to)
    for key, counter in counters.items():
        for what in ("spent", "held"):
            amounts: Sequence[Decimal] = [getattr(each, what) for each in (expected[key], counter)]
            if amounts[0] != amounts[1]:
                texts = [f"{what} {amount} {counter.rule.unit}" for amount in amounts]
                name = f"{counter.rule.counted_as} of {counter.subject}"
                yield Difference(check=LedgerCheck.COUNTER, subject=name, expected=texts[0], found=texts[1])
