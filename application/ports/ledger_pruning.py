"""Old rows of the book are let go, its totals never."""

from datetime import date
from typing import Protocol


class LedgerPruning(Protocol):
    """Deletes rows, and keeps what they come to."""

    async def prune(self, *, before: date, limit: int) -> int:
        """So many rows that are final and were opened before that UTC day are gone, with their holds; at most `limit`.

        No sum of whole days and no budget counter changes. From the first call on a question about a part of a day
        before `before` is refused, as `UsageReport` says. Raises: StoreUnavailable.
        """
