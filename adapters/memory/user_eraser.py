"""A user's things in memory, removed or put under a pseudonym."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from adapters.memory.audit_trail import InMemoryAuditTrail
from adapters.memory.revisions import InMemoryRevisions
from adapters.memory.rule_book import InMemoryRuleBook
from adapters.memory.usage_ledger import InMemoryUsageLedger
from domain.audit import AuditEntry
from domain.erasure import Erased, ErasureOrder
from domain.revision import Watched


class HoldsUsers(Protocol):
    """A store with things of users."""

    def forget_user(self, user_id: str) -> dict[str, int]:
        """Nothing of the user is there any more; how much was, by kind."""


class InMemoryUserEraser:
    """Over every store in memory; each step runs without giving way, so it is a transaction."""

    def __init__(
        self,
        trail: InMemoryAuditTrail,
        revisions: InMemoryRevisions,
        ledger: InMemoryUsageLedger,
        rules: InMemoryRuleBook,
        *,
        holders: Sequence[HoldsUsers],
    ) -> None:
        self._trail = trail
        self._revisions = revisions
        self._ledger = ledger
        self._rules = rules
        self.holders = holders
        self._orders: dict[str, ErasureOrder] = {}

    async def begin(self, order: ErasureOrder) -> ErasureOrder:
        """The order is kept; the earlier one where there is one."""
        self._revisions.bump(Watched.ERASURES)
        return self._orders.setdefault(order.scope.user_id, order)

    async def erase(self, order: ErasureOrder) -> Erased:
        """Nothing is the user's any more; see the port."""
        removed: Counter[str] = Counter()
        for holder in self.holders:
            removed.update(holder.forget_user(order.scope.user_id))
        removed["budgets"] += self._rules.forget_user(order)
        renamed = Counter(ledger_rows=self._ledger.rename_user(order), audit_rows=self._trail.rename_user(order))
        return Erased(removed=+removed, pseudonymised=+renamed)

    async def finish(self, order: ErasureOrder, *, act: AuditEntry) -> None:
        """The order is forgotten, and the act is noted."""
        if self._orders.pop(order.scope.user_id, None) is not None:
            self._trail.note(act)
            self._revisions.bump(Watched.ERASURES)

    async def unfinished(self) -> Sequence[ErasureOrder]:
        """The orders that are kept, oldest first."""
        return sorted(self._orders.values(), key=lambda order: (order.begun_at, order.scope.user_id))
