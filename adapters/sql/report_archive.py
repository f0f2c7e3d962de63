"""Reports in SQL."""

from adapters.sql.database import Database
from adapters.sql.documents import REPORT
from adapters.sql.shelf import Shelf
from adapters.sql.tables import reports
from domain.identity import UserScope
from domain.paging import Page
from domain.report import Report


class SqlReportArchive:
    """Reports as whole documents: nothing asks for a part of one, and no backtest takes one with it."""

    def __init__(self, database: Database) -> None:
        self._shelf = Shelf(database, reports, kind="report", form=REPORT)

    async def keep(self, report: Report) -> None:
        """It is stored. Raises: StoreUnavailable."""
        row = {
            "user_id": report.scope.user_id,
            "report_id": report.report_id,
            "backtest_id": report.backtest_id,
            "created_at": report.created_at,
        }
        await self._shelf.keep(report, row)

    async def get(self, report_id: str, *, scope: UserScope) -> Report:
        """The user's report of that id. Raises: NotFound, StoreUnavailable."""
        return await self._shelf.get(report_id, scope=scope)

    async def page(self, *, scope: UserScope, limit: int, after: str | None = None) -> Page[Report]:
        """The user's reports, latest first, from just after the id `after`."""
        return await self._shelf.page(scope=scope, limit=limit, after=after)
