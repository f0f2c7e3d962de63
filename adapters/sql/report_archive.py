"""Reports in SQL."""

from sqlalchemy import insert, select

from adapters.sql.database import Database
from adapters.sql.documents import REPORT
from adapters.sql.statements import cleaned
from adapters.sql.tables import reports
from domain.errors import NotFound
from domain.identity import UserScope
from domain.paging import Page
from domain.report import Report
from domain.text import is_storable


class SqlReportArchive:
    """Reports as whole documents: nothing asks for a part of one, and no backtest takes one with it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, report: Report) -> None:
        """It is stored. Raises: StoreUnavailable."""
        row = {
            "user_id": report.scope.user_id,
            "report_id": report.report_id,
            "backtest_id": report.backtest_id,
            "created_at": report.created_at,
            "document": REPORT.write(report),
        }
        async with self._database.write() as connection:
            await connection.execute(insert(reports), row)

    async def get(self, report_id: str, *, scope: UserScope) -> Report:
        """The user's report of that id. Raises: NotFound, StoreUnavailable."""
        mine = select(reports.c.document).where(reports.c.user_id == scope.user_id)
        async with self._database.read() as connection:
            # What cannot be stored was not: asking PostgreSQL for it would be an error.
            wanted = mine.where(reports.c.report_id == cleaned(report_id))
            document = (await connection.execute(wanted)).scalar_one_or_none()
        if document is None or not is_storable(report_id):
            raise NotFound("report", report_id)
        return REPORT.read(document)

    async def page(self, *, scope: UserScope, limit: int, after: str | None = None) -> Page[Report]:
        """The user's reports, latest first, from just after the id `after`."""
        columns = reports.c
        mine = select(columns.report_id, columns.document).where(columns.user_id == scope.user_id)
        if after is not None:
            mine = mine.where(columns.report_id < cleaned(after))
        async with self._database.read() as connection:
            latest_first = mine.order_by(columns.report_id.desc()).limit(limit + 1)
            rows = (await connection.execute(latest_first)).all()
        more = rows[limit - 1].report_id if len(rows) > limit else None
        return Page(items=tuple(REPORT.read(row.document) for row in rows[:limit]), next_after=more)
