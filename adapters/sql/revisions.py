"""How often what is watched was changed, in SQL."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.statements import upsert
from adapters.sql.tables import revisions
from domain.revision import Watched


async def bump(connection: AsyncConnection, watched: Watched) -> None:
    """The number rises with the transaction of this connection.

    Its row is locked until then, so that numbers become visible in their order: nobody who has seen one misses an
    earlier one.
    """
    adding = upsert(connection, revisions).values(name=watched.value, number=1)
    rising = adding.on_conflict_do_update(index_elements=["name"], set_={"number": revisions.c.number + 1})
    await connection.execute(rising)


class SqlRevisions:
    """A row for everything that was ever changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self) -> Mapping[Watched, int]:
        """The number of everything watched. Raises: StoreUnavailable."""
        async with self._database.read() as connection:
            numbers = {row.name: row.number for row in await connection.execute(select(revisions))}
        return {watched: numbers.get(watched.value, 0) for watched in Watched}
