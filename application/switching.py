"""The vector store behind an object that stays: the one that serves may become another while questions are asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from application.ports.vector_stores import OpenedStore, WholeVectorStore
from application.spaces import Spaces
from domain.embedding import Card, Neighbour, Vector
from domain.errors import StoreUnavailable
from domain.identity import UserScope

PART = "vector store"


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchingVectorStore:
    """Every store that is open, as one: a space is asked for in the store that holds it.

    A question that began with a space ends with it, whatever serves meanwhile. Raises, whatever it is asked:
    StoreUnavailable for a space whose store is not open here.
    """

    spaces: Spaces
    opened: dict[str, OpenedStore] = field(default_factory=dict)

    def add(self, opened: OpenedStore) -> None:
        """The store is asked for its spaces from now on."""
        self.opened[opened.identity] = opened

    def find(self, identity: str) -> OpenedStore | None:
        """The open store of that identity."""
        return self.opened.get(identity)

    async def close(self) -> None:
        """No store is open any more."""
        while self.opened:
            await self.opened.popitem()[1].store.close()

    async def check(self) -> str:
        """The state of the store that serves. Raises: StoreUnavailable."""
        return await self._of(self.spaces.serving.name).check()

    async def upsert(self, cards: Sequence[Card], *, scope: UserScope, space: str) -> None:
        """As `VectorStore.upsert`."""
        await self._of(space).upsert(cards, scope=scope, space=space)

    async def search(
        self, query: Vector, *, scope: UserScope, space: str, top_k: int, among: frozenset[str] | None = None
    ) -> list[Neighbour]:
        """As `VectorStore.search`."""
        return await self._of(space).search(query, scope=scope, space=space, top_k=top_k, among=among)

    async def delete(self, card_ids: Sequence[str], *, scope: UserScope, space: str) -> None:
        """As `VectorStore.delete`."""
        await self._of(space).delete(card_ids, scope=scope, space=space)

    async def count(self, *, scope: UserScope, space: str) -> int:
        """As `VectorStore.count`."""
        return await self._of(space).count(scope=scope, space=space)

    async def card_ids(self, *, scope: UserScope, space: str) -> frozenset[str]:
        """As `VectorStoreUpkeep.card_ids`."""
        return await self._of(space).card_ids(scope=scope, space=space)

    async def total(self, *, space: str) -> int:
        """As `VectorStoreUpkeep.total`."""
        return await self._of(space).total(space=space)

    async def drop(self, *, space: str) -> None:
        """As `VectorStoreUpkeep.drop`."""
        await self._of(space).drop(space=space)

    async def erase(self, *, scope: UserScope) -> None:
        """Nothing of the user is in any store that is open."""
        await asyncio.gather(*(each.store.erase(scope=scope) for each in list(self.opened.values())))

    def _of(self, space: str) -> WholeVectorStore:
        known = self.spaces.held.find(space)
        if known is None:
            raise StoreUnavailable(PART, f"there is no space {space} any more")
        opened = self.opened.get(known.store)
        if opened is None:
            raise StoreUnavailable(PART, f"the space {space} is in {known.store}, which these settings do not reach")
        return opened.store
