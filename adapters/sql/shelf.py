"""Whole documents of users under ids that grow with time: kept once, never changed, read one by one or in pages."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from sqlalchemy import Table, insert, select

from adapters.sql.database import Database
from adapters.sql.documents import Document
from adapters.sql.statements import cleaned
from domain.errors import NotFound
from domain.identity import UserScope
from domain.paging import Page
from domain.text import is_storable

Item = TypeVar("Item")


class Shelf(Generic[Item]):
    """The documents of one table, whose key is the user and `<kind>_id`."""

    def __init__(self, database: Database, table: Table, *, kind: str, form: Document[Item]) -> None:
        self._database = database
        self._table = table
        self._kind = kind
        self._form = form
        self._id: Any = table.c[f"{kind}_id"]

    async def keep(self, item: Item, row: Mapping[str, object]) -> None:
        """It is stored, with what `row` says of it. Raises: StoreUnavailable."""
        async with self._database.write() as connection:
            await connection.execute(insert(self._table), {**row, "document": self._form.write(item)})

    async def get(self, identifier: str, *, scope: UserScope) -> Item:
        """The user's document of that id. Raises: NotFound, StoreUnavailable."""
        mine = select(self._table.c.document).where(self._table.c.user_id == scope.user_id)
        async with self._database.read() as connection:
            # What cannot be stored was not: asking PostgreSQL for it would be an error.
            wanted = mine.where(self._id == cleaned(identifier))
            document = (await connection.execute(wanted)).scalar_one_or_none()
        if document is None or not is_storable(identifier):
            raise NotFound(self._kind, identifier)
        return self._form.read(document)

    async def page(self, *, scope: UserScope, limit: int, after: str | None = None) -> Page[Item]:
        """The user's documents, latest first, from just after the id `after`."""
        mine = select(self._id, self._table.c.document).where(self._table.c.user_id == scope.user_id)
        if after is not None:
            mine = mine.where(self._id < cleaned(after))
        async with self._database.read() as connection:
            rows = (await connection.execute(mine.order_by(self._id.desc()).limit(limit + 1))).all()
        more = rows[limit - 1][0] if len(rows) > limit else None
        return Page(items=tuple(self._form.read(document) for _, document in rows[:limit]), next_after=more)
