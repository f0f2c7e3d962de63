"""Old backtests are let go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlived:
    """Which backtests may go: recorded before a moment, or beyond the latest so many of their user; None of neither."""

    before: datetime | None = None
    keep: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many backtests, of how many users."""

    backtests: int = 0
    users: int = 0


class BacktestPruning(Protocol):
    """Removes backtests of all users as `BacktestArchive.delete` does: from the indexes too, by the outbox."""

    async def outlived(self, wanted: Outlived) -> Pruned:
        """How much would go now; nothing goes. Raises: StoreUnavailable."""

    async def prune(self, wanted: Outlived, *, limit: int) -> int:
        """At most so many are gone, the oldest first; how many. Raises: StoreUnavailable."""
