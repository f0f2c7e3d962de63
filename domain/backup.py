"""A database in one file, and why a file cannot be one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.errors import Refused, Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupContents:
    """What a backup holds: rows by table, of which moment, made by which version, under which schema."""

    made_at: datetime
    product: str
    schema: str
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many rows in all."""
        return sum(self.rows.values())


class UnusableBackup(Refused):
    """A file that is no whole backup, or one that this version cannot read. Nothing was touched."""

    code = "unusable-backup"
    title = "This backup cannot be used"

    def __init__(self, why: str) -> None:
        super().__init__(Violation(field="file", message=why))


class NothingLasts(Refused):
    """A backup of a database that keeps nothing."""

    code = "nothing-lasts"
    title = "There is nothing to keep a copy of"

    def __init__(self) -> None:
        message = "memory: keeps nothing beyond the process, so that there is nothing to keep a copy of"
        super().__init__(Violation(field="QUANTRAIL_DATABASE_URL", message=message))


class TargetInUse(Refused):
    """A database that a backup is not restored into: it holds something, or others are at work in it."""

    code = "target-in-use"
    title = "This database is not empty"

    def __init__(self, why: str) -> None:
        super().__init__(Violation(field="QUANTRAIL_DATABASE_URL", message=why))
