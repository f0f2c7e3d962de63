"""Notice budgets that are nearly used up."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from application.ports.governance import GovernanceSource
from application.ports.system import Clock
from application.ports.usage_ledger import UsageReport
from domain.budget_warning import BudgetWarning, Crossing, warnings_of

Told = tuple[str, str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnOfBudgets:
    """The shares that were reached since it was last called: each once a rule, subject, window and limit.

    `told` counts them by rule, unit and share, since the process began. Raises: StoreUnavailable.
    """

    governance: GovernanceSource
    report: UsageReport
    clock: Clock
    told: Counter[Told] = field(default_factory=Counter)
    known: set[Crossing] = field(default_factory=set)

    async def __call__(self) -> list[BudgetWarning]:
        rules = [rule for rule in self.governance.current().budgets if rule.warn_at]
        reached = list(warnings_of(await self.report.counters(rules, at=self.clock.now())))
        new = [warning for warning in reached if warning.crossing not in self.known]
        for warning in new:
            rule = warning.counter.rule
            self.told[rule.name, rule.unit.value, warning.share] += 1
            self.known.add(warning.crossing)
        self._forget()
        return new

    def _forget(self) -> None:
        """Windows that have ended are not asked for again."""
        now = self.clock.now()
        self.known.difference_update([crossing for crossing in self.known if crossing[2] <= now])
