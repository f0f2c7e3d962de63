"""Read what was used and what it cost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from application.ports.usage_ledger import UsageReport
from domain.identity import Principal, Role
from domain.paging import Page
from domain.usage import UsageDimension, UsageEntry, UsageFilter, UsageGroup

SEES_ALL = (Role.SERVICE, Role.ADMIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportUsage:
    """The ledger in sums and rows: everybody's for `service` and `admin`, one's own for everybody else."""

    report: UsageReport

    async def summary(
        self, wanted: UsageFilter, *, by: Sequence[UsageDimension], principal: Principal
    ) -> list[UsageGroup]:
        """Sums by group. Raises: RoleRequired for somebody else's."""
        return await self.report.summary(_visible(wanted, principal), by=by)

    async def entries(
        self, wanted: UsageFilter, *, principal: Principal, limit: int, after: str | None
    ) -> Page[UsageEntry]:
        """Rows, newest first. Raises: RoleRequired for somebody else's."""
        return await self.report.entries(_visible(wanted, principal), limit=limit, after=after)


def _visible(wanted: UsageFilter, principal: Principal) -> UsageFilter:
    if wanted.user_id not in (None, principal.user_id):
        principal.require(*SEES_ALL)
    if principal.roles.isdisjoint(SEES_ALL):
        return replace(wanted, user_id=principal.user_id)
    return wanted
