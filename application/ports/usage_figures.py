"""Sums of the book for whoever watches the service."""

from datetime import datetime
from typing import Protocol

from domain.figures import UsageFigure


class UsageFigures(Protocol):
    """Reads the book without telling users apart."""

    async def figures(self, *, since: datetime | None = None, until: datetime | None = None) -> list[UsageFigure]:
        """Sums over rows opened from `since` (included) to `until` (excluded), in no order; None does not narrow.

        A row that is pending counts at its estimate, under that status. No row gives no figure. Bounds at midnight UTC
        need no rows, and count those that were pruned; others count rows that are still there.
        Raises: StoreUnavailable.
        """
