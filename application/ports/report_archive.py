"""Where reports are kept."""

from typing import Protocol

from domain.identity import UserScope
from domain.paging import Page
from domain.report import Report


class ReportArchive(Protocol):
    """A user's reports. They outlive the backtests that they are on."""

    async def keep(self, report: Report) -> None:
        """It is stored. Raises: StoreUnavailable."""

    async def get(self, report_id: str, *, scope: UserScope) -> Report:
        """The user's report of that id. Raises: NotFound, StoreUnavailable."""

    async def page(self, *, scope: UserScope, limit: int, after: str | None = None) -> Page[Report]:
        """The user's reports, latest first, from just after the id `after` (ids grow with time)."""
