"""Read who changed what."""

from dataclasses import dataclass

from application.ports.audit_trail import AuditTrail
from domain.audit import AuditEntry
from domain.paging import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowseAudit:
    """The audit trail, newest first, a page at a time."""

    trail: AuditTrail

    async def __call__(self, *, limit: int, after: str | None) -> Page[AuditEntry]:
        return await self.trail.page(limit=limit, after=after)
