"""`/api/v1/admin/audit` and `/reload`: who changed what, and other rules without a restart."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency

from application.use_cases.browse_audit import BrowseAudit
from application.use_cases.reload_configuration import ReloadConfiguration
from domain.audit import AuditEntry, Fact
from entrypoints.http.paging import DEFAULT_LIMIT, Cursor, Limit, after_of, cursor_of
from entrypoints.http.problems import Fault, documented
from entrypoints.http.wiring import CallerOf, admin_only

LIST = "audit"


class AuditBody(msgspec.Struct, frozen=True, kw_only=True):
    """An act: `user_id` did `action` to `subject`. `key_id` is the key that was used."""

    entry_id: str
    at: datetime
    user_id: str
    key_id: str | None
    request_id: str
    action: str
    subject: str
    facts: dict[str, str | list[str] | None]

    @staticmethod
    def of(entry: AuditEntry) -> "AuditBody":
        """The row as it goes out."""
        return AuditBody(
            entry_id=entry.entry_id,
            at=entry.at,
            user_id=entry.user_id,
            key_id=entry.key_id,
            request_id=entry.request_id,
            action=entry.action,
            subject=entry.subject,
            facts={name: _plain(fact) for name, fact in entry.facts.items()},
        )


class AuditPage(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of the audit trail, newest first."""

    entries: list[AuditBody]
    next_cursor: str | None


class ReloadBody(msgspec.Struct, frozen=True, kw_only=True):
    """The configuration in force now, the one before, and the names of what differs, by kind.

    `not_in_force` are rules set at run time that name what it does not know; they are kept.
    """

    version: str
    previous_version: str
    catalogue_version: str
    changed: dict[str, list[str]]
    not_in_force: list[Fault]


def _plain(fact: Fact) -> str | list[str] | None:
    return list(fact) if isinstance(fact, tuple) else fact


@get("/audit", responses=documented(403, 503))
async def browse_audit(
    *, caller: CallerOf, audit: NamedDependency[BrowseAudit], limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> AuditPage:
    """Who changed what, newest first."""
    admin_only(caller)
    page = await audit(limit=limit, after=after_of(LIST, cursor))
    return AuditPage(entries=list(map(AuditBody.of, page.items)), next_cursor=cursor_of(LIST, page.next_after))


@post("/reload", status_code=200, responses=documented(403, 422, 503))
async def reload_configuration(caller: CallerOf, reload: NamedDependency[ReloadConfiguration]) -> ReloadBody:
    """Read the configuration file again; what is wrong in it is listed, and the rules stay as they were then."""
    admin_only(caller)
    reloaded = await reload(caller=caller)
    return ReloadBody(
        version=reloaded.after.version,
        previous_version=reloaded.before.version,
        catalogue_version=reloaded.after.catalogue.version,
        changed={kind: list(names) for kind, names in reloaded.changed.items()},
        not_in_force=[Fault(field=unfit.field, message=unfit.message) for unfit in reloaded.after.unfit],
    )


def router(dependencies: dict[str, Any]) -> Router:
    """Both, under their path."""
    handlers = [browse_audit, reload_configuration]
    return Router("/api/v1/admin", route_handlers=handlers, dependencies=dependencies, tags=["operations"])
