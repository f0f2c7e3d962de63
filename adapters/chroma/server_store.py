"""Vectors on a Chroma server that several processes share, one collection a user and embedding model.

The search is an exact scan over a copy in memory, as in the embedded store: the server's own index loses cards among
near-equal ones. What others wrote meanwhile is fetched first; where nobody did, one short request finds that out.
"""

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from adapters.chroma.card_matrix import directions
from adapters.chroma.errors import PART
from adapters.chroma.last_used import LastUsed
from adapters.chroma.names import collection_name, is_of_scope, is_of_space
from adapters.chroma.server import ChromaServer
from adapters.chroma.server_copy import ServerCopy, pages, tag_of, writing
from domain.embedding import Card, Neighbour, Vector, refuse_misfit_query, refuse_misfits
from domain.errors import StoreUnavailable
from domain.identity import UserScope

MARK = "quantrail.mark"
"""A collection without cards; its metadata name what is stored."""


class ChromaServerVectorStore:
    """The collections on the server under a URL, `http://…` or `https://…`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._server: ChromaServer | None = None
        self._copies: LastUsed[ServerCopy] = LastUsed()
        self._mark = ""

    @property
    def identity(self) -> str:
        """The name of what is stored, once it was started."""
        return f"chroma-{self._mark}"

    async def start(self) -> None:
        """The server answers and has the database. Raises: StoreUnavailable, with the URL."""
        server = ChromaServer(self._url)
        try:
            await server.check()
            marked = await server.found(MARK) or await server.made(MARK, mark=secrets.token_hex(8))
        except BaseException:
            await server.close()
            raise
        self._mark = str((marked.metadata or {}).get("mark"))
        self._server = server

    async def close(self) -> None:
        """No connection is open any more; every later call raises StoreUnavailable. Closing twice is fine."""
        server, self._server = self._server, None
        self._copies.clear()
        if server is not None:
            await server.close()

    async def check(self) -> str:
        """What it is, where it answers. Raises: StoreUnavailable."""
        await self._opened().check()
        return "chroma server"

    async def upsert(self, cards: Sequence[Card], *, scope: UserScope, space: str) -> None:
        """Every card stored; the call is refused as a whole where a vector does not fit."""
        if not cards:
            return
        server, name = self._opened(), collection_name(scope, space)
        async with self._copy(name):
            found = await server.found(name)
            refuse_misfits(cards, dimensions=None if found is None else found.dimension)
            vectors = {card.card_id: card.vector for card in cards}
            collection = found or await server.made(name)
            async with writing(server, collection):
                for page in pages(list(vectors)):
                    rows = directions(vectors[card_id] for card_id in page)
                    await server.upsert(collection, page, rows, [tag_of(row) for row in rows])

    async def search(
        self, query: Vector, *, scope: UserScope, space: str, top_k: int, among: frozenset[str] | None = None
    ) -> list[Neighbour]:
        """The nearest cards inside `scope`, found by an exact scan."""
        refuse_misfit_query(query, dimensions=None)
        server, name = self._opened(), collection_name(scope, space)
        async with self._copy(name) as copy:
            collection = await server.found(name)
            if collection is None:
                return []
            refuse_misfit_query(query, dimensions=collection.dimension)
            await copy.follow(server, collection)
            [point] = directions([query])
            return copy.matrix.nearest(point, top_k=top_k, among=among)

    async def delete(self, card_ids: Sequence[str], *, scope: UserScope, space: str) -> None:
        """None of the ids is stored any more. A collection stays when it is empty: another process may be adding."""
        server, name = self._opened(), collection_name(scope, space)
        async with self._copy(name):
            collection = await server.found(name) if card_ids else None
            if collection is not None:
                async with writing(server, collection):
                    for page in pages(list(dict.fromkeys(card_ids))):
                        await server.delete(collection, page)

    async def count(self, *, scope: UserScope, space: str) -> int:
        """How many cards the scope holds."""
        collection = await self._opened().found(collection_name(scope, space))
        return 0 if collection is None else await self._opened().count(collection)

    async def card_ids(self, *, scope: UserScope, space: str) -> frozenset[str]:
        """Every card that the scope holds."""
        collection = await self._opened().found(collection_name(scope, space))
        return frozenset() if collection is None else frozenset(await self._opened().tags(collection))

    async def total(self, *, space: str) -> int:
        """How many cards all users together hold in the space."""
        server = self._opened()
        return sum([await server.count(each) async for each in server.collections() if is_of_space(each.name, space)])

    async def drop(self, *, space: str) -> None:
        """Nothing of the space is there any more, for any user."""
        await self._drop(lambda name: is_of_space(name, space))

    async def erase(self, *, scope: UserScope) -> None:
        """No collection of the user is there any more; the server's own disk is its operator's to vacuum."""
        await self._drop(lambda name: is_of_scope(name, scope))

    async def _drop(self, chosen: Callable[[str], bool]) -> None:
        server = self._opened()
        for name in [each.name async for each in server.collections() if chosen(each.name)]:
            await server.drop(name)
            self._copies.forget(name)

    def _opened(self) -> ChromaServer:
        if self._server is None:
            raise StoreUnavailable(PART, "Chroma is not open")
        return self._server

    @asynccontextmanager
    async def _copy(self, name: str) -> AsyncIterator[ServerCopy]:
        copy = self._copies.get(name) or ServerCopy()
        self._copies.keep(name, copy)
        async with copy.lock:
            yield copy
        self._copies.keep(name, copy)
