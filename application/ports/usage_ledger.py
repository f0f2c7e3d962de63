"""The book of every call to a provider."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.budget import BudgetCounter, BudgetRule, Hold
from domain.paging import Page
from domain.usage import Settlement, UsageDimension, UsageEntry, UsageFilter, UsageGroup


class UsageLedger(Protocol):
    """Rows and budget counters, changed together or not at all, and durable when a method returns."""

    async def open(self, entry: UsageEntry, *, holds: Sequence[Hold] = ()) -> None:
        """The pending row and its holds are committed.

        A caller that is cancelled meanwhile may forget the row: either it was never written, or the ledger itself
        settles it as `failed` at no cost, since a caller who never came back from here sent nothing to a provider.
        Raises: BudgetExhausted where a hold does not fit (nothing is written then), StoreUnavailable.
        """

    async def settle(self, entry_id: str, settlement: Settlement) -> bool:
        """The row is final and its holds are turned into spend; False, and no change, where it was final already.

        What was asked for is done, although the caller may be cancelled meanwhile. Raises: NotFound, StoreUnavailable.
        """

    async def settle_overdue(self, *, at: datetime) -> int:
        """Every row still pending past its deadline is settled at its estimate as `unknown`; how many they were."""


class UsageReport(Protocol):
    """Reads the book."""

    async def summary(self, wanted: UsageFilter, *, by: Sequence[UsageDimension]) -> list[UsageGroup]:
        """Sums by group, ordered by the dimensions as given; no row gives no group, and no dimension one group.

        Order is by code point, with None first. Days are UTC. Rows that were pruned count where whole days are asked
        for. Raises: DetailPruned where a bound falls inside a day whose rows are pruned, StoreUnavailable.
        """

    async def entries(self, wanted: UsageFilter, *, limit: int, after: str | None = None) -> Page[UsageEntry]:
        """Rows, newest first, those of one moment by id, from just after `after`: the `next_after` of a page.

        Rows that were pruned are not among them. Raises: Refused for an `after` that is none, StoreUnavailable.
        """

    async def counters(self, rules: Sequence[BudgetRule], *, at: datetime) -> list[BudgetCounter]:
        """The counters of each rule in the window of that moment, by rule in order, then by subject.

        A rule that nothing counted against yet has one empty counter. Raises: StoreUnavailable.
        """
