"""How often what processes keep a copy of was changed."""

from collections.abc import Mapping
from typing import Protocol

from domain.revision import Watched


class Revisions(Protocol):
    """Numbers that rise with each change, in the same transaction: whoever sees a number sees what it counts."""

    async def current(self) -> Mapping[Watched, int]:
        """The number of everything watched; 0 where nothing was changed yet. Raises: StoreUnavailable."""
