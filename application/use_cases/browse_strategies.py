"""Read the strategies that were built."""

from dataclasses import dataclass

from application.ports.strategy_archive import StrategyArchive
from domain.generation import BuiltStrategy
from domain.identity import UserScope
from domain.paging import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowseStrategies:
    """The user's built strategies."""

    archive: StrategyArchive

    async def show(self, strategy_id: str, *, scope: UserScope) -> BuiltStrategy:
        """One of them. Raises: NotFound."""
        return await self.archive.get(strategy_id, scope=scope)

    async def __call__(self, *, scope: UserScope, limit: int, after: str | None) -> Page[BuiltStrategy]:
        return await self.archive.page(scope=scope, limit=limit, after=after)
