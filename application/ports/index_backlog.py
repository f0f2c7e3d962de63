"""How far the indexes are behind the archive."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Tasks that are not finished, and when the oldest of them was queued; None where there is none.

    `indexing` are backtests that are not found yet, `removals` cards still to be removed, `retried` those of both that
    have failed at least once. A backtest that is queued anew counts from then on.
    """

    indexing: int = 0
    removals: int = 0
    retried: int = 0
    oldest_indexing_at: datetime | None = None
    oldest_removal_at: datetime | None = None


class IndexBacklog(Protocol):
    """The outbox as a monitor sees it."""

    async def backlog(self) -> Backlog:
        """What waits now, leased tasks too. Raises: StoreUnavailable."""
