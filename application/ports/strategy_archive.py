"""Where built strategies are kept."""

from typing import Protocol

from domain.generation import BuiltStrategy
from domain.identity import UserScope
from domain.paging import Page


class StrategyArchive(Protocol):
    """A user's built strategies."""

    async def keep(self, built: BuiltStrategy) -> None:
        """It is stored. Raises: StoreUnavailable."""

    async def get(self, strategy_id: str, *, scope: UserScope) -> BuiltStrategy:
        """The user's strategy of that id. Raises: NotFound, StoreUnavailable."""

    async def page(self, *, scope: UserScope, limit: int, after: str | None = None) -> Page[BuiltStrategy]:
        """The user's strategies, latest first, from just after the id `after` (ids grow with time)."""
