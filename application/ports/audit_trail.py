"""Who changed what, for good."""

from typing import Protocol

from domain.audit import AuditEntry
from domain.paging import Page


class AuditTrail(Protocol):
    """Rows that are added and read, never changed.

    A store whose change must not happen without its row takes the row with the change, and commits both or neither.
    """

    async def add(self, entry: AuditEntry) -> None:
        """It is committed. Raises: StoreUnavailable."""

    async def page(self, *, limit: int, after: str | None = None) -> Page[AuditEntry]:
        """Rows, newest first, from just after the entry id `after` (ids grow with time). Raises: StoreUnavailable."""
