"""Rules that were set at run time, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from adapters.memory.audit_trail import InMemoryAuditTrail
from adapters.memory.revisions import InMemoryRevisions
from domain.audit import AuditEntry
from domain.budget import BudgetRule
from domain.erasure import ErasureOrder, without
from domain.errors import NotFound
from domain.overlay import AppliedPrice, Overlay
from domain.revision import Watched


class InMemoryRuleBook:
    """Rules by name and prices in their order; each change leaves its row in the trail and is counted."""

    def __init__(self, trail: InMemoryAuditTrail, revisions: InMemoryRevisions) -> None:
        self._trail = trail
        self._revisions = revisions
        self._budgets: dict[str, BudgetRule] = {}
        self._prices: list[AppliedPrice] = []
        self._reviewed: dict[str, date] = {}

    async def read(self) -> Overlay:
        """Everything, as it is now."""
        budgets = tuple(self._budgets[name] for name in sorted(self._budgets))
        return Overlay(budgets=budgets, prices=tuple(self._prices), reviewed=dict(self._reviewed))

    async def set_budget(self, rule: BudgetRule, *, act: AuditEntry) -> None:
        """The rule stands, in place of one of its name."""
        self._budgets[rule.name] = rule
        self._changed(act)

    async def remove_budget(self, name: str, *, act: AuditEntry) -> None:
        """No rule of that name stands. Raises: NotFound."""
        if self._budgets.pop(name, None) is None:
            raise NotFound("budget", name)
        self._changed(act)

    async def take_prices(
        self, prices: Sequence[AppliedPrice], *, reviewed: Mapping[str, date], act: AuditEntry
    ) -> None:
        """The prices follow those before, and the days replace those of their models."""
        self._prices += prices
        self._reviewed |= reviewed
        self._changed(act)

    def forget_user(self, order: ErasureOrder) -> int:
        """Rules for the user are gone, those named after them have another name; how many are gone."""
        user_id, before = order.scope.user_id, self._budgets
        others = (rule for rule in before.values() if rule.user_id != user_id)
        named = (replace(rule, name=without(rule.name, user_id, order.pseudonym)) for rule in others)
        self._budgets = {rule.name: rule for rule in named}
        if self._budgets.keys() != before.keys():
            self._revisions.bump(Watched.GOVERNANCE)
        return len(before) - len(self._budgets)

    def _changed(self, act: AuditEntry) -> None:
        self._trail.note(act)
        self._revisions.bump(Watched.GOVERNANCE)
