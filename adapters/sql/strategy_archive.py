"""Built strategies in SQL."""

from sqlalchemy import insert, select

from adapters.sql.database import Database
from adapters.sql.documents import BUILT_STRATEGY
from adapters.sql.statements import cleaned
from adapters.sql.tables import strategies
from domain.errors import NotFound
from domain.generation import BuiltStrategy
from domain.identity import UserScope
from domain.paging import Page
from domain.text import is_storable


class SqlStrategyArchive:
    """Strategies as whole documents: nothing asks for a part of one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, built: BuiltStrategy) -> None:
        """It is stored. Raises: StoreUnavailable."""
        row = {
            "user_id": built.scope.user_id,
            "strategy_id": built.strategy_id,
            "created_at": built.created_at,
            "document": BUILT_STRATEGY.write(built),
        }
        async with self._database.write() as connection:
            await connection.execute(insert(strategies), row)

    async def get(self, strategy_id: str, *, scope: UserScope) -> BuiltStrategy:
        """The user's strategy of that id. Raises: NotFound, StoreUnavailable."""
        mine = select(strategies.c.document).where(strategies.c.user_id == scope.user_id)
        async with self._database.read() as connection:
            # What cannot be stored was not: asking PostgreSQL for it would be an error.
            wanted = mine.where(strategies.c.strategy_id == cleaned(strategy_id))
            document = (await connection.execute(wanted)).scalar_one_or_none()
        if document is None or not is_storable(strategy_id):
            raise NotFound("strategy", strategy_id)
        return BUILT_STRATEGY.read(document)

    async def page(self, *, scope: UserScope, limit: int, after: str | None = None) -> Page[BuiltStrategy]:
        """The user's strategies, latest first, from just after the id `after`."""
        columns = strategies.c
        mine = select(columns.strategy_id, columns.document).where(columns.user_id == scope.user_id)
        if after is not None:
            mine = mine.where(columns.strategy_id < cleaned(after))
        async with self._database.read() as connection:
            latest_first = mine.order_by(columns.strategy_id.desc()).limit(limit + 1)
            rows = (await connection.execute(latest_first)).all()
        more = rows[limit - 1].strategy_id if len(rows) > limit else None
        return Page(items=tuple(BUILT_STRATEGY.read(row.document) for row in rows[:limit]), next_after=more)
