"""Read what is left of the budgets."""

from dataclasses import dataclass, replace
from decimal import Decimal

from application.ports.governance import GovernanceSource
from application.ports.system import Clock
from application.ports.usage_ledger import UsageReport
from domain.budget import BudgetCounter
from domain.errors import Violation
from domain.identity import Principal, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowBudgets:
    """Each rule with what is spent, held and left; a user sees the counters that are their own."""

    governance: GovernanceSource
    report: UsageReport
    clock: Clock

    async def __call__(self, *, principal: Principal) -> list[BudgetCounter]:
        rules = self.governance.current().budgets
        counters = await self.report.counters(rules, at=self.clock.now())
        if principal.roles & {Role.SERVICE, Role.ADMIN}:
            return counters
        return [c for rule in rules for c in _own([c for c in counters if c.rule == rule], principal.user_id)]

    def not_in_force(self, *, principal: Principal) -> tuple[Violation, ...]:
        """Rules set at run time that what is written rules out, for whoever sees every rule."""
        sees_all = principal.roles & {Role.SERVICE, Role.ADMIN}
        return self.governance.current().unfit if sees_all else ()


def _own(counters: list[BudgetCounter], user_id: str) -> list[BudgetCounter]:
    """What a user may see of one rule: what nothing counts against yet is there in full."""
    own = [c for c in counters if user_id in (c.subject, c.rule.user_id)]
    unused = [replace(c, subject=user_id, spent=Decimal(0), held=Decimal(0)) for c in counters[:1] if c.rule.each_user]
    return own or unused
