"""Read what is left of the budgets."""

from dataclasses import dataclass

from application.ports.governance import GovernanceSource
from application.ports.system import Clock
from application.ports.usage_ledger import UsageReport
from domain.budget import BudgetCounter
from domain.identity import Principal, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowBudgets:
    """Each rule with what is spent, held and left; a user sees the counters that are their own."""

    governance: GovernanceSource
    report: UsageReport
    clock: Clock

    async def __call__(self, *, principal: Principal) -> list[BudgetCounter]:
        counters = await self.report.counters(self.governance.current().budgets, at=self.clock.now())
        if principal.roles & {Role.SERVICE, Role.ADMIN}:
            return counters
        return [c for c in counters if principal.user_id in (c.subject, c.rule.user_id)]
