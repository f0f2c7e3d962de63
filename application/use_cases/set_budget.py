"""Set a budget while the service runs."""

from dataclasses import dataclass

from application.auditing import RuleActs
from application.ports.system import Clock, Ids
from application.ports.usage_ledger import UsageReport
from application.ruling import Ruling
from domain.budget import BudgetCounter, RuleSource
from domain.budget_order import BudgetOrder
from domain.errors import Refused
from domain.generation import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBudget:
    """The rule is in force, over any other of its name, and audited; its counter, of several the fullest.

    What is spent in the running window counts. Raises: Refused, with everything that is wrong.
    """

    ruling: Ruling
    report: UsageReport
    clock: Clock
    ids: Ids

    async def __call__(self, order: BudgetOrder, *, caller: Caller) -> BudgetCounter:
        async with self.ruling.turn:
            rules = self.ruling.written
            models = [model.model_id for model in rules.catalogue]
            services = [policy.service for policy in rules.policies.policies]
            violations = tuple(order.violations(models=models, services=services))
            if violations:
                raise Refused(*violations)
            rule = order.rule(RuleSource.HTTP)
            acts = RuleActs(ids=self.ids, caller=caller, at=self.clock.now())
            before = self.ruling.current().budget(rule.name)
            await self.ruling.book.set_budget(rule, act=acts.budget_set(rule, before=before))
            await self.ruling.renew()
        counters = await self.report.counters((rule,), at=self.clock.now())
        return max(counters, key=lambda counter: counter.used_share)
