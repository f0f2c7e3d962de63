"""Bring a copy of the whole database back."""

from dataclasses import dataclass
from pathlib import Path

from application.ports.audit_trail import AuditTrail
from application.ports.backups import Backups, Progress
from application.ports.system import Clock, Ids
from domain.audit import AuditAction, AuditEntry
from domain.backup import BackupContents, NothingLasts
from domain.generation import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreDatabase:
    """The database holds what a file does, all of it or nothing; that it was brought back is noted in it.

    `check` comes first: it looks at every byte before anything is touched.
    Raises: NothingLasts, UnusableBackup, TargetInUse, StoreUnavailable.
    """

    backups: Backups | None
    trail: AuditTrail
    clock: Clock
    ids: Ids

    async def check(self, path: Path, *, told: Progress) -> BackupContents:
        """What the file holds. Raises: NothingLasts, UnusableBackup."""
        if self.backups is None:
            raise NothingLasts
        return await self.backups.checked(path, told)

    async def __call__(self, path: Path, *, replace: bool, told: Progress, caller: Caller) -> BackupContents:
        if self.backups is None:
            raise NothingLasts
        contents = await self.backups.restored(path, replace=replace, told=told)
        facts = {"made_at": contents.made_at.isoformat(), "product": contents.product}
        now, entry_id = self.clock.now(), self.ids.new()
        act = AuditEntry.of(
            caller, AuditAction.DATABASE_RESTORED, "database", entry_id=entry_id, at=now, facts={**facts}
        )
        await self.trail.add(act)
        return contents
