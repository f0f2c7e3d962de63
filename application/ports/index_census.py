"""The archive as the index is held against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.identity import UserScope
from domain.index_status import ArchiveCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """A user's cards: those that count as indexed and nothing is queued for, and all that may be in the index."""

    indexed: frozenset[str]
    known: frozenset[str]


class IndexCensus(Protocol):
    """Who has cards, which, and what is to be done about some of them."""

    async def counts(self) -> ArchiveCounts:
        """How many there are of everything. Raises: StoreUnavailable."""

    async def owners(self, *, limit: int, after: str | None = None) -> list[UserScope]:
        """Users with backtests, or with cards to be removed, by id, from just after `after`.

        Raises: StoreUnavailable.
        """

    async def cards(self, *, scope: UserScope) -> Census:
        """The user's cards. Raises: StoreUnavailable."""

    async def mend(self, *, scope: UserScope, missing: Sequence[str], surplus: Sequence[str]) -> None:
        """Queues what is missing to be indexed again and what is surplus to be removed.

        A missing card whose backtest is gone is queued for nothing, and a surplus one whose backtest is there is kept.
        Raises: StoreUnavailable.
        """
