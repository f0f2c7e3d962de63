"""Where finished backtests are kept: the truth that every index can be rebuilt from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.backtest import Backtest, RecordOutcome, StoredBacktest, StrategyType
from domain.filters import Filter
from domain.identity import UserScope
from domain.ordering import Order
from domain.paging import Page


class BacktestArchive(Protocol):
    """A user's backtests."""

    async def record(self, backtests: Sequence[Backtest], *, scope: UserScope, at: datetime) -> list[RecordOutcome]:
        """One outcome a backtest, in order; new ones are stored and queued for indexing in one transaction.

        The same id with the same content is a duplicate, with other content a conflict: neither changes anything. A
        later member of one call meets what an earlier one stored. Raises: StoreUnavailable.
        """

    async def get(self, backtest_id: str, *, scope: UserScope) -> StoredBacktest:
        """The user's backtest of that id. Raises: NotFound, StoreUnavailable."""

    async def page(self, *, scope: UserScope, limit: int, after: str | None = None) -> Page[StoredBacktest]:
        """The user's backtests, latest record first, from just after the sequence `after`."""

    async def delete(self, backtest_id: str, *, scope: UserScope) -> None:
        """It is gone, and its removal from the indexes is queued. Raises: NotFound, StoreUnavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The first card ids of those that meet the conditions, in the order asked for, and how many meet them in all."""

    card_ids: tuple[str, ...]
    total: int


class BacktestQueries(Protocol):
    """Answers from the archive to what a search needs."""

    async def ordered(
        self,
        filters: Sequence[Filter],
        *,
        scope: UserScope,
        order: Order | None = None,
        families: Sequence[StrategyType] = (),
        limit: int | None = None,
    ) -> Matches:
        """The user's backtests that meet every filter, at most `limit` of them: those of the families first.

        Then as `Order.sort_key` sorts: what lacks the figure last, ties by `backtest_id`. Without an order the latest
        recorded comes first. Raises: StoreUnavailable.
        """

    async def matching(self, filters: Sequence[Filter], *, scope: UserScope) -> frozenset[str]:
        """The card ids of all the user's backtests that meet every filter, as `Filter.matches` decides."""

    async def by_card(self, card_ids: Sequence[str], *, scope: UserScope) -> dict[str, StoredBacktest]:
        """The user's backtests by card id; ids of others or of nothing are left out."""

    async def first_by_id(self, card_ids: Sequence[str], *, scope: UserScope, limit: int) -> list[str]:
        """So many of the cards at most, by the `backtest_id` of their runs; ids of others or of nothing are none."""

    async def unindexed(self, *, scope: UserScope) -> frozenset[str]:
        """The card ids of the user's backtests that are not indexed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexTask:
    """A change that the indexes have not seen: a backtest to index, or None to remove the card."""

    task_id: str
    scope: UserScope
    card_id: str
    backtest: Backtest | None
    attempts: int


class IndexQueue(Protocol):
    """The outbox between archive and indexes. A task taken and not finished comes back after its lease."""

    async def take(self, *, limit: int, at: datetime, lease_seconds: float) -> list[IndexTask]:
        """Tasks that are due, oldest first, leased to the caller. Raises: StoreUnavailable."""

    async def finish(self, tasks: Sequence[IndexTask]) -> None:
        """The tasks are done; their backtests count as indexed.

        One that was replaced meanwhile finishes nothing. Where its backtest is gone by then, the removal of the card
        is queued anew: another process may have removed it before it was written.
        """

    async def postpone(self, tasks: Sequence[IndexTask], *, until: datetime, error: str, failed: bool) -> None:
        """The tasks are due again at `until`, with one more attempt counted; `failed` marks their backtests so."""

    async def requeue(self) -> int:
        """Queues every backtest that is not indexed; how many there are.

        Every task is due, leased or not: for the start of a process, whose predecessor may have died with tasks in its
        hands. Idempotent.
        """
