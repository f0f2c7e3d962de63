"""Who changed what, in SQL."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.documents import AUDIT_ENTRY
from adapters.sql.statements import cleaned
from adapters.sql.tables import audit_entries
from domain.audit import AuditEntry
from domain.paging import Page


async def note(connection: AsyncConnection, entry: AuditEntry) -> None:
    """The row is committed with whatever else the transaction of this connection changes, or not at all."""
    row = {
        "entry_id": entry.entry_id,
        "at": entry.at,
        "user_id": entry.user_id,
        "action": entry.action.value,
        "subject": cleaned(entry.subject),
        "document": AUDIT_ENTRY.write(entry),
    }
    await connection.execute(insert(audit_entries), row)


class SqlAuditTrail:
    """Rows as whole documents beside what an operator may want to look for in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, entry: AuditEntry) -> None:
        """It is committed. Raises: StoreUnavailable."""
        async with self._database.write() as connection:
            await note(connection, entry)

    async def page(self, *, limit: int, after: str | None = None) -> Page[AuditEntry]:
        """Rows, newest first, from just after the entry id `after`."""
        columns = audit_entries.c
        newest_first = select(columns.entry_id, columns.document).order_by(columns.entry_id.desc()).limit(limit + 1)
        if after is not None:
            newest_first = newest_first.where(columns.entry_id < cleaned(after))
        async with self._database.read() as connection:
            rows = (await connection.execute(newest_first)).all()
        more = rows[limit - 1].entry_id if len(rows) > limit else None
        return Page(items=tuple(AUDIT_ENTRY.read(row.document) for row in rows[:limit]), next_after=more)
