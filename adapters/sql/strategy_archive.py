"""Built strategies in SQL."""

from adapters.sql.database import Database
from adapters.sql.documents import BUILT_STRATEGY
from adapters.sql.shelf import Shelf
from adapters.sql.tables import strategies
from domain.generation import BuiltStrategy
from domain.identity import UserScope
from domain.paging import Page


class SqlStrategyArchive:
    """Strategies as whole documents: nothing asks for a part of one."""

    def __init__(self, database: Database) -> None:
        self._shelf = Shelf(database, strategies, kind="strategy", form=BUILT_STRATEGY)

    async def keep(self, built: BuiltStrategy) -> None:
        """It is stored. Raises: StoreUnavailable."""
        row = {"user_id": built.scope.user_id, "strategy_id": built.strategy_id, "created_at": built.created_at}
        await self._shelf.keep(built, row)

    async def get(self, strategy_id: str, *, scope: UserScope) -> BuiltStrategy:
        """The user's strategy of that id. Raises: NotFound, StoreUnavailable."""
        return await self._shelf.get(strategy_id, scope=scope)

    async def page(self, *, scope: UserScope, limit: int, after: str | None = None) -> Page[BuiltStrategy]:
        """The user's strategies, latest first, from just after the id `after`."""
        return await self._shelf.page(scope=scope, limit=limit, after=after)
