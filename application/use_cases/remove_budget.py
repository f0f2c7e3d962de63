"""Remove a budget that was set while the service ran."""

from dataclasses import dataclass

from application.auditing import RuleActs
from application.ports.system import Clock, Ids
from application.ports.usage_ledger import UsageReport
from application.ruling import Ruling
from domain.budget import BudgetCounter
from domain.errors import NotFound
from domain.generation import Caller
from domain.rule_errors import RuleStandsElsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveBudget:
    """The rule set over HTTP is gone, audited; the written one of its name is in force again, with its counter.

    None where there is no written one. Of several counters the fullest. Raises: NotFound; RuleStandsElsewhere where
    only the written one stands.
    """

    ruling: Ruling
    report: UsageReport
    clock: Clock
    ids: Ids

    async def __call__(self, name: str, *, caller: Caller) -> BudgetCounter | None:
        async with self.ruling.turn:
            written = self.ruling.written.budget(name)
            removed = {rule.name: rule for rule in (await self.ruling.book.read()).budgets}.get(name)
            if removed is None and written is not None:
                raise RuleStandsElsewhere(name, written.source)
            if removed is None:
                raise NotFound("budget", name)
            acts = RuleActs(ids=self.ids, caller=caller, at=self.clock.now())
            await self.ruling.book.remove_budget(name, act=acts.budget_removed(removed, after=written))
            await self.ruling.renew()
        if written is None:
            return None
        counters = await self.report.counters((written,), at=self.clock.now())
        return max(counters, key=lambda counter: counter.used_share)
