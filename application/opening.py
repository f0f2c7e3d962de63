"""Stores that are opened because a space is in them."""

from dataclasses import dataclass

from application.ports.vector_stores import OpenedStore, VectorStoreOpener
from application.switching import PART, SwitchingVectorStore
from domain.errors import Refused, StoreUnavailable
from domain.space import StoredSpace


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRoom:
    """The stores that are open, and the way to more of them."""

    vectors: SwitchingVectorStore
    opener: VectorStoreOpener

    async def open(self, kind: str, url: str | None) -> OpenedStore:
        """The store of that kind and address, the one that is open already where it is. Raises: as the opener."""
        for known in self.vectors.opened.values():
            if (known.kind, known.url) == (kind, url):
                return known
        opened = await self.opener.open(kind, url)
        known_too = self.vectors.find(opened.identity)
        if known_too is not None:
            await opened.store.close()
            return known_too
        self.vectors.add(opened)
        return opened

    async def reach(self, space: StoredSpace) -> OpenedStore:
        """The store that holds the space. Raises: StoreUnavailable, where it is not what it was or cannot be opened."""
        known = self.vectors.find(space.store)
        if known is not None:
            return known
        if space.kind is None:
            raise StoreUnavailable(PART, f"nobody remembers how to reach {space.store}")
        try:
            opened = await self.open(space.kind, space.url)
        except Refused as failure:
            raise StoreUnavailable(PART, failure.detail) from failure
        if opened.identity != space.store:
            raise StoreUnavailable(PART, f"{space.kind} holds {opened.identity} now, and no longer {space.store}")
        return opened
