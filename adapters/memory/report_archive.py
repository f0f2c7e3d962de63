"""Reports, in memory."""

from domain.errors import NotFound
from domain.identity import UserScope
from domain.paging import Page
from domain.report import Report


class InMemoryReportArchive:
    """Reports by user."""

    def __init__(self) -> None:
        self._reports: dict[str, dict[str, Report]] = {}

    async def keep(self, report: Report) -> None:
        """It is there."""
        self._reports.setdefault(report.scope.user_id, {})[report.report_id] = report

    async def get(self, report_id: str, *, scope: UserScope) -> Report:
        """The user's report of that id. Raises: NotFound."""
        try:
            return self._reports[scope.user_id][report_id]
        except KeyError:
            raise NotFound("report", report_id) from None

    async def page(self, *, scope: UserScope, limit: int, after: str | None = None) -> Page[Report]:
        """The user's reports, latest first, from just after the id `after`."""
        mine = self._reports.get(scope.user_id, {})
        rest = [mine[each] for each in sorted(mine, reverse=True) if after is None or each < after]
        more = rest[limit - 1].report_id if len(rest) > limit else None
        return Page(items=tuple(rest[:limit]), next_after=more)

    def forget_user(self, user_id: str) -> dict[str, int]:
        """Nothing of the user is there any more; how much was, by kind."""
        return {"reports": len(self._reports.pop(user_id, {}))}
