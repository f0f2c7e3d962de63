"""Who changed what, in memory."""

from dataclasses import replace
from datetime import UTC

from domain.audit import AuditEntry
from domain.erasure import ErasureOrder, nameless
from domain.paging import Page


class InMemoryAuditTrail:
    """Rows by their id."""

    def __init__(self) -> None:
        self._entries: dict[str, AuditEntry] = {}

    async def add(self, entry: AuditEntry) -> None:
        """It is there."""
        self.note(entry)

    def note(self, entry: AuditEntry) -> None:
        """The same without giving way: for a store that changes together with its row."""
        self._entries[entry.entry_id] = replace(entry, at=entry.at.astimezone(UTC))

    def rename_user(self, order: ErasureOrder) -> int:
        """No act names the user; how many did."""
        renamed = {entry_id: nameless(entry, order) for entry_id, entry in self._entries.items()}
        changed = sum(renamed[entry_id] != entry for entry_id, entry in self._entries.items())
        self._entries = renamed
        return changed

    async def page(self, *, limit: int, after: str | None = None) -> Page[AuditEntry]:
        """Rows, newest first, from just after the entry id `after`."""
        newest_first = sorted(self._entries.values(), key=lambda entry: entry.entry_id, reverse=True)
        rest = [entry for entry in newest_first if after is None or entry.entry_id < after]
        more = rest[limit - 1].entry_id if len(rest) > limit else None
        return Page(items=tuple(rest[:limit]), next_after=more)
