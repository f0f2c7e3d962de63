"""Vectors in an embedded Chroma folder, one collection a user and embedding model.

Chroma keeps the vectors; the search is an exact scan over a copy in memory. Its own index was measured on 6,000 cards
of 384 dimensions with 300 equal ones, as families of near-equal backtests have, after a third was replaced twice: of
the 10 nearest it found 8, at ef_search 1000 too, and also when asked among 10 ids only. The scan finds all, in under
a millisecond. Reading a collection into memory takes about 40 µs a card, once.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np

from adapters.chroma.card_matrix import CardMatrix, directions
from adapters.chroma.errors import PART, chroma_failures
from adapters.chroma.folder import ChromaFolder
from adapters.chroma.last_used import LastUsed
from adapters.chroma.names import collection_name, is_of_scope, is_of_space
from domain.embedding import Card, Neighbour, Vector, refuse_misfit_query, refuse_misfits
from domain.errors import StoreUnavailable
from domain.identity import UserScope

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from chromadb.api.models.Collection import Collection

T = TypeVar("T")
PAGE = 1_000
"""Cards in one call to Chroma, which fails above some 5,000 on writing and 32,766 on reading."""
CONFIGURATION: "CreateCollectionConfiguration" = {"hnsw": {"space": "ip"}}
"""Only to keep vectors as they are: with `cosine` it gives back a quarter of them changed in the last bit."""


class ChromaVectorStore:
    """The one owner of its folder. Chroma runs in a thread of its own and is imported there, at `start`."""

    def __init__(self, path: Path) -> None:
        self._folder = ChromaFolder(path)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chroma")
        self._client: Client | None = None
        self._closed = False
        self._matrices: LastUsed[CardMatrix] = LastUsed()

    @property
    def identity(self) -> str:
        """The name of what is stored, once it was started."""
        return f"chroma-{self._folder.mark}"

    async def start(self) -> None:
        """The folder is open, made where there was none. Raises: StoreUnavailable."""
        await self._run(self._open)

    async def close(self) -> None:
        """The folder is free for another owner; every later call raises StoreUnavailable. Closing twice is fine."""
        if not self._closed:
            self._closed = True
            await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
            self._thread.shutdown()

    async def check(self) -> str:
        """The state of the folder, in a word. Raises: StoreUnavailable."""
        return await self._run(self._check)

    async def upsert(self, cards: Sequence[Card], *, scope: UserScope, space: str) -> None:
        """Every card stored; the call is refused as a whole where a vector does not fit."""
        if cards:
            await self._run(partial(self._upsert, cards, collection_name(scope, space)))

    async def search(
        self, query: Vector, *, scope: UserScope, space: str, top_k: int, among: frozenset[str] | None = None
    ) -> list[Neighbour]:
        """The nearest cards inside `scope`, found by an exact scan."""
        name = collection_name(scope, space)
        return await self._run(partial(self._search, query, name, top_k=top_k, among=among))

    async def delete(self, card_ids: Sequence[str], *, scope: UserScope, space: str) -> None:
        """None of the ids is stored any more."""
        await self._run(partial(self._delete, list(dict.fromkeys(card_ids)), collection_name(scope, space)))

    async def count(self, *, scope: UserScope, space: str) -> int:
        """How many cards the scope holds."""
        return await self._run(partial(self._count, collection_name(scope, space)))

    async def card_ids(self, *, scope: UserScope, space: str) -> frozenset[str]:
        """Every card that the scope holds."""
        return await self._run(partial(self._card_ids, collection_name(scope, space)))

    async def total(self, *, space: str) -> int:
        """How many cards all users together hold in the space."""
        return await self._run(partial(self._total, space))

    async def drop(self, *, space: str) -> None:
        """Nothing of the space is there any more, for any user."""
        await self._run(partial(self._drop, lambda name: is_of_space(name, space)))

    async def erase(self, *, scope: UserScope) -> None:
        """Nothing of the user is there any more, nor what Chroma leaves on the disk of what it dropped."""
        await self._run(partial(self._erase, scope))

    async def _run(self, work: Callable[[], T]) -> T:
        if self._closed:
            raise StoreUnavailable(PART, "Chroma is closed")
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _open(self) -> None:
        if self._client is not None:
            return
        from chromadb import PersistentClient
        from chromadb.config import Settings

        with chroma_failures():
            self._folder.own()
            try:
                settings = Settings(anonymized_telemetry=False)
                client = PersistentClient(path=str(self._folder.path), settings=settings)
            except BaseException:
                self._folder.leave()
                raise
        # It is declared as the interface, which cannot be closed.
        self._client = cast("Client", client)

    def _close(self) -> None:
        client, self._client = self._client, None
        self._matrices.clear()
        if client is not None:
            with chroma_failures():
                client.close()
        self._folder.leave()

    def _check(self) -> str:
        with chroma_failures():
            self._opened().count_collections()
        return "open"

    def _opened(self) -> "Client":
        if self._client is None:
            raise StoreUnavailable(PART, "Chroma is not open")
        return self._client

    def _upsert(self, cards: Sequence[Card], name: str) -> None:
        matrix = self._matrix(name)
        refuse_misfits(cards, dimensions=matrix.dimensions)
        vectors = directions(card.vector for card in cards)
        latest = {card.card_id: row for row, card in enumerate(cards)}
        # Forgotten until Chroma has it all: after a failure the truth is read again.
        self._matrices.forget(name)
        with chroma_failures():
            collection = self._opened().get_or_create_collection(
                name, embedding_function=None, configuration=CONFIGURATION
            )
            for page in _pages(list(latest.items())):
                collection.upsert(ids=[card_id for card_id, _ in page], embeddings=vectors[[row for _, row in page]])
            if not len(matrix):
                self._folder.blank()
        matrix.put(list(latest), vectors[list(latest.values())])
        self._keep(name, matrix)

    def _search(self, query: Vector, name: str, *, top_k: int, among: frozenset[str] | None) -> list[Neighbour]:
        matrix = self._matrix(name)
        refuse_misfit_query(query, dimensions=matrix.dimensions)
        return matrix.nearest(directions([query])[0], top_k=top_k, among=among)

    def _delete(self, card_ids: Sequence[str], name: str) -> None:
        matrix = self._matrix(name)
        if not len(matrix) or not card_ids:
            return
        self._matrices.forget(name)
        matrix.drop(card_ids)
        with chroma_failures():
            if not len(matrix):
                # An empty collection would insist on the size of the vectors that it had.
                self._remove([name])
            else:
                collection = self._opened().get_collection(name, embedding_function=None)
                for page in _pages(card_ids):
                    collection.delete(ids=list(page))
        self._keep(name, matrix)

    def _count(self, name: str) -> int:
        self._opened()
        if (matrix := self._matrices.get(name)) is not None:
            return len(matrix)
        with chroma_failures():
            collection = self._found(name)
            return 0 if collection is None else collection.count()

    def _card_ids(self, name: str) -> frozenset[str]:
        if (matrix := self._matrices.get(name)) is not None:
            return frozenset(matrix.card_ids)
        with chroma_failures():
            collection = self._found(name)
            pages = [] if collection is None else list(_ids_of(collection))
        return frozenset(card_id for page in pages for card_id in page)

    def _total(self, space: str) -> int:
        with chroma_failures():
            return sum(each.count() for each in self._collections() if is_of_space(each.name, space))

    def _drop(self, chosen: Callable[[str], bool]) -> None:
        with chroma_failures():
            self._remove([each.name for each in self._collections() if chosen(each.name)])

    def _remove(self, names: Sequence[str]) -> None:
        for name in names:
            self._matrices.forget(name)
            self._opened().delete_collection(name)
        self._folder.clear()

    def _erase(self, scope: UserScope) -> None:
        self._drop(lambda name: is_of_scope(name, scope))
        # Always: an erasure that was interrupted left collections dropped and their traces on disk.
        with chroma_failures():
            self._folder.scrub()

    def _collections(self) -> "Iterator[Collection]":
        for start in count(0, PAGE):
            page = self._opened().list_collections(limit=PAGE, offset=start)
            yield from page
            if len(page) < PAGE:
                return

    def _found(self, name: str) -> "Collection | None":
        from chromadb.errors import NotFoundError

        try:
            return self._opened().get_collection(name, embedding_function=None)
        except NotFoundError:
            return None

    def _matrix(self, name: str) -> CardMatrix:
        self._opened()
        matrix = self._matrices.get(name) or self._read(name)
        self._keep(name, matrix)
        return matrix

    def _read(self, name: str) -> CardMatrix:
        matrix = CardMatrix()
        with chroma_failures():
            collection = self._found(name)
            if collection is None:
                return matrix
            total = collection.count()
            for start in range(0, total, PAGE):
                page = collection.get(limit=PAGE, offset=start, include=["embeddings"])
                matrix.put(page["ids"], np.asarray(page["embeddings"], dtype=np.float32))
        if len(matrix) != total:
            raise StoreUnavailable(PART, f"Chroma counts {total} cards in {name} and gives {len(matrix)}")
        return matrix

    def _keep(self, name: str, matrix: CardMatrix) -> None:
        """Users without cards take no room."""
        if len(matrix):
            self._matrices.keep(name, matrix)


def _ids_of(collection: "Collection") -> Iterator[list[str]]:
    return (collection.get(limit=PAGE, offset=start, include=[])["ids"] for start in range(0, collection.count(), PAGE))


def _pages(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + PAGE] for start in range(0, len(items), PAGE))
