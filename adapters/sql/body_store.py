"""The words of calls, in SQL, in a table of their own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from adapters.sql.database import Database
from adapters.sql.documents import CALL_BODY
from adapters.sql.ledger_tables import usage_bodies
from adapters.sql.statements import cleaned, upsert
from domain.call_body import CallBody
from domain.errors import NotFound
from domain.identity import UserScope
from domain.text import is_storable

_columns = usage_bodies.c


class SqlBodyStore:
    """Bodies as whole documents beside what they are found and ended by."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, bodies: Sequence[CallBody]) -> None:
        """All of them are stored, or none; one that was there already stays. Raises: StoreUnavailable."""
        rows = [
            {
                "entry_id": body.entry_id,
                "operation_id": body.operation_id,
                "user_id": body.user_id,
                "at": body.at,
                "document": CALL_BODY.write(body),
            }
            for body in bodies
        ]
        if not rows:
            return
        async with self._database.write() as connection:
            await connection.execute(upsert(connection, usage_bodies).on_conflict_do_nothing(), rows)

    async def get(self, entry_id: str, *, scope: UserScope | None) -> CallBody:
        """The body of that row, of the user or of anybody. Raises: NotFound, StoreUnavailable."""
        wanted = select(_columns.document).where(_columns.entry_id == cleaned(entry_id))
        if scope is not None:
            wanted = wanted.where(_columns.user_id == scope.user_id)
        async with self._database.read() as connection:
            document = (await connection.execute(wanted)).scalar_one_or_none()
        if document is None or not is_storable(entry_id):
            raise NotFound("body", entry_id)
        return CALL_BODY.read(document)

    async def prune(self, *, before: datetime, limit: int) -> int:
        """The oldest bodies before that moment are gone, at most so many; how many. Raises: StoreUnavailable."""
        oldest_first = select(_columns.entry_id).where(_columns.at < before).order_by(_columns.at, _columns.entry_id)
        gone = delete(usage_bodies).where(_columns.entry_id.in_(oldest_first.limit(limit).scalar_subquery()))
        async with self._database.write() as connection:
            return (await connection.execute(gone)).rowcount
