"""What is decided while the service runs."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from domain.audit import AuditEntry
from domain.budget import BudgetRule
from domain.overlay import AppliedPrice, Overlay


class RuleBook(Protocol):
    """Rules that were set at run time. A change, its audit row and its revision are committed together."""

    async def read(self) -> Overlay:
        """Everything: budgets by name in the order of code points, prices in the order in which they were taken.

        Raises: StoreUnavailable.
        """

    async def set_budget(self, rule: BudgetRule, *, act: AuditEntry) -> None:
        """The rule stands, in place of one of its name. Raises: StoreUnavailable."""

    async def remove_budget(self, name: str, *, act: AuditEntry) -> None:
        """No rule of that name stands. Raises: NotFound, and no row is left then; StoreUnavailable."""

    async def take_prices(
        self, prices: Sequence[AppliedPrice], *, reviewed: Mapping[str, date], act: AuditEntry
    ) -> None:
        """The prices follow those that were taken before, which stay; a day in `reviewed` replaces that of its model.

        Raises: StoreUnavailable.
        """
