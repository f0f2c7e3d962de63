"""Built strategies, in memory."""

from domain.errors import NotFound
from domain.generation import BuiltStrategy
from domain.identity import UserScope
from domain.paging import Page


class InMemoryStrategyArchive:
    """Built strategies by user."""

    def __init__(self) -> None:
        self._built: dict[str, dict[str, BuiltStrategy]] = {}

    async def keep(self, built: BuiltStrategy) -> None:
        """It is there."""
        self._built.setdefault(built.scope.user_id, {})[built.strategy_id] = built

    async def get(self, strategy_id: str, *, scope: UserScope) -> BuiltStrategy:
        """The user's strategy of that id. Raises: NotFound."""
        try:
            return self._built[scope.user_id][strategy_id]
        except KeyError:
            raise NotFound("strategy", strategy_id) from None

    async def page(self, *, scope: UserScope, limit: int, after: str | None = None) -> Page[BuiltStrategy]:
        """The user's strategies, latest first, from just after the id `after`."""
        mine = self._built.get(scope.user_id, {})
        rest = [mine[each] for each in sorted(mine, reverse=True) if after is None or each < after]
        more = rest[limit - 1].strategy_id if len(rest) > limit else None
        return Page(items=tuple(rest[:limit]), next_after=more)

    def forget_user(self, user_id: str) -> dict[str, int]:
        """Nothing of the user is there any more; how much was, by kind."""
        return {"strategies": len(self._built.pop(user_id, {}))}
