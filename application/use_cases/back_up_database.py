"""Copy the whole database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from application.ports.audit_trail import AuditTrail
from application.ports.backups import Backups
from application.ports.system import Clock, Ids
from domain.audit import AuditAction, AuditEntry
from domain.backup import NothingLasts
from domain.generation import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class BackUpDatabase:
    """The bytes of a file that holds all of the database as it is now; that it was made is noted, in it too.

    Raises: NothingLasts, StoreUnavailable.
    """

    backups: Backups | None
    trail: AuditTrail
    clock: Clock
    ids: Ids

    async def __call__(self, *, caller: Caller) -> AsyncIterator[bytes]:
        if self.backups is None:
            raise NothingLasts
        now = self.clock.now()
        act = AuditEntry.of(caller, AuditAction.DATABASE_BACKED_UP, "database", entry_id=self.ids.new(), at=now)
        await self.trail.add(act)
        return self.backups.pieces(at=now)
