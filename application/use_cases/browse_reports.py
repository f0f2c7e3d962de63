"""Read the reports that were written."""

from dataclasses import dataclass

from application.ports.report_archive import ReportArchive
from domain.identity import UserScope
from domain.paging import Page
from domain.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowseReports:
    """The user's reports."""

    archive: ReportArchive

    async def show(self, report_id: str, *, scope: UserScope) -> Report:
        """One of them. Raises: NotFound."""
        return await self.archive.get(report_id, scope=scope)

    async def __call__(self, *, scope: UserScope, limit: int, after: str | None) -> Page[Report]:
        return await self.archive.page(scope=scope, limit=limit, after=after)
