"""A whole database in one file, and back."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from domain.backup import BackupContents

Progress = Callable[[int], None]
"""Is told of so many rows more."""


class Backups(Protocol):
    """Copies of one database, which any engine can take over. They hold all that is in it: prompts, digests of keys."""

    def pieces(self, *, at: datetime) -> AsyncIterator[bytes]:
        """The bytes of a copy, of one moment, while others go on writing. Raises: StoreUnavailable."""

    async def checked(self, path: Path, told: Progress) -> BackupContents:
        """What the file holds, once every byte and every row of it was looked at. Raises: UnusableBackup."""

    async def restored(self, path: Path, *, replace: bool, told: Progress) -> BackupContents:
        """The database holds what the file does and nothing else, all of it or, where anything fails, as before.

        What was in it goes only where `replace` says so. The indexes are built anew at the next start.
        Raises: UnusableBackup, TargetInUse, StoreUnavailable.
        """
