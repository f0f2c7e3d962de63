"""Take away spaces that nobody asks any more."""

from dataclasses import dataclass
from datetime import timedelta

from application.ports.index_spaces import IndexSpaces
from application.ports.system import Clock
from application.switching import SwitchingVectorStore
from domain.space import StoredSpace

GRACE_SECONDS = 60.0
"""Questions that began with the space end with it, and other processes hear meanwhile that another one answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DropSpaces:
    """Drop retired spaces from the stores that are open here, a while after; those that were dropped.

    A space in a store that is not open stays known, so that its name is not given again. Raises: StoreUnavailable.
    """

    store: IndexSpaces
    vectors: SwitchingVectorStore
    clock: Clock
    grace_seconds: float = GRACE_SECONDS

    async def __call__(self) -> list[StoredSpace]:
        state = await self.store.state()
        before = self.clock.now() - timedelta(seconds=self.grace_seconds)
        dropped = []
        for space in state.retired:
            opened = self.vectors.find(space.store)
            if space.since is not None and space.since > before:
                continue
            if opened is not None:
                await opened.store.drop(space=space.name)
            if opened is not None or space.kind == "memory":
                await self.store.forget(space)
                dropped.append(space)
        return dropped
