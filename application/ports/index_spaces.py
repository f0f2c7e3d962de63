"""Which space of the index answers."""

from datetime import datetime
from typing import Protocol

from domain.space import IndexState, StoredSpace


class IndexSpaces(Protocol):
    """The spaces of the index, as every process that shares the database sees them."""

    async def state(self) -> IndexState:
        """All spaces that are known, retired ones by name. Raises: StoreUnavailable."""

    async def adopt(self, space: StoredSpace, *, at: datetime) -> None:
        """The space answers from now on, with nothing in it yet: every backtest is queued for it.

        What answered or was being built before is retired. All of it happens at once, so that whoever takes a task
        afterwards sees the space that it is for; whoever took one before finishes nothing. Raises: StoreUnavailable.
        """

    async def forget(self, space: StoredSpace) -> None:
        """The retired space is gone; any other is kept. Raises: StoreUnavailable."""
