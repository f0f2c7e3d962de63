"""Vectors in Qdrant, one collection a space, each point marked with its owner; compared exactly, without its index."""

import asyncio
import secrets
from array import array
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar, cast

from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

from adapters.qdrant.errors import PART, qdrant_failures
from adapters.qdrant.places import place_of
from adapters.qdrant.points import CARD, of, point_id, points
from domain.embedding import (
    Card,
    Neighbour,
    Vector,
    nearest_first,
    of_length_one,
    refuse_misfit_query,
    refuse_misfits,
    similarity_of,
)
from domain.errors import StoreUnavailable
from domain.identity import UserScope
from domain.index_names import PREFIX, space_name

T = TypeVar("T")
NOT_FOUND, CONFLICT = 404, 409
PAGE, IDS_AT_ONCE = 1_000, 10_000
BOUNDARY = 3e-5
"""More than rounding to 5 decimals and summing in 32 bits can move a similarity."""
BEYOND = 32
"""Points that are asked for beyond those wanted: equal similarities are ordered by id, which Qdrant does not do."""
MARK = "quantrail.mark"
MARK_ID = "b4a5a1de-3df5-4f5e-9d63-4c1f5b1f3a90"


class QdrantVectorStore:
    """The points in the folder at a path, or on the server under a URL."""

    def __init__(self, place: str) -> None:
        self._place = place_of(place)
        self._threads = ThreadPoolExecutor(max_workers=self._place.threads, thread_name_prefix="qdrant")
        self._client: QdrantClient | None = None
        self._closed = False
        self._mark = ""

    @property
    def identity(self) -> str:
        """The name of what is stored, once it was started."""
        return f"qdrant-{self._mark}"

    async def start(self) -> None:
        """The server answers, or the folder is owned. Raises: StoreUnavailable, with the place."""
        await self._run(self._start)

    async def close(self) -> None:
        """The folder is free for another owner; every later call raises StoreUnavailable. Closing twice is fine."""
        if not self._closed:
            self._closed = True
            await asyncio.get_running_loop().run_in_executor(self._threads, self._close)
            self._threads.shutdown()

    async def check(self) -> str:
        """What it is, where it answers. Raises: StoreUnavailable."""
        await self._run(lambda: self._opened().collection_exists(MARK))
        return "qdrant"

    async def upsert(self, cards: Sequence[Card], *, scope: UserScope, space: str) -> None:
        """Every card stored; the call is refused as a whole where a vector does not fit."""
        if cards:
            await self._run(partial(self._upsert, cards, scope, _name(space)))

    async def search(
        self, query: Vector, *, scope: UserScope, space: str, top_k: int, among: frozenset[str] | None = None
    ) -> list[Neighbour]:
        """The nearest cards inside `scope`, by an exact scan; the last digits are reckoned here, as everywhere."""
        refuse_misfit_query(query, dimensions=None)
        return await self._run(partial(self._search, query, scope, _name(space), top_k=top_k, among=among))

    async def delete(self, card_ids: Sequence[str], *, scope: UserScope, space: str) -> None:
        """None of the ids is stored any more."""
        ids = [point_id(card_id, scope) for card_id in dict.fromkeys(card_ids)]
        await self._run(partial(self._delete, ids, _name(space)))

    async def count(self, *, scope: UserScope, space: str) -> int:
        """How many cards the scope holds."""
        return await self._run(partial(self._count, _name(space), of(scope)))

    async def card_ids(self, *, scope: UserScope, space: str) -> frozenset[str]:
        """Every card that the scope holds."""
        return await self._run(lambda: frozenset(self._card_ids(_name(space), of(scope))))

    async def total(self, *, space: str) -> int:
        """How many cards all users together hold in the space."""
        return await self._run(partial(self._count, _name(space), None))

    async def drop(self, *, space: str) -> None:
        """Nothing of the space is there any more, for any user."""
        await self._run(lambda: self._opened().delete_collection(_name(space)))

    async def erase(self, *, scope: UserScope) -> None:
        """Nothing of the user is there any more, in any space; of the folder not a byte."""
        await self._run(partial(self._erase, scope))

    async def _run(self, work: Callable[[], T]) -> T:
        if self._closed:
            raise StoreUnavailable(PART, "Qdrant is closed")

        def told() -> T:
            with qdrant_failures(self._place.where):
                return work()

        return await asyncio.get_running_loop().run_in_executor(self._threads, told)

    def _opened(self) -> QdrantClient:
        if self._client is None:
            raise StoreUnavailable(PART, "Qdrant is not open")
        return self._client

    def _start(self) -> None:
        if self._client is not None:
            return
        client = self._place.opened()
        try:
            self._mark = _marked(client)
        except BaseException:
            client.close()
            raise
        self._client = client

    def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _size(self, name: str) -> int | None:
        """The dimensions of a collection; None where there is none."""
        try:
            vectors = self._opened().get_collection(name).config.params.vectors
        except UnexpectedResponse as error:
            if error.status_code == NOT_FOUND:
                return None
            raise
        except ValueError:  # so the embedded mode says that there is none
            return None
        return vectors.size if isinstance(vectors, models.VectorParams) else None

    def _upsert(self, cards: Sequence[Card], scope: UserScope, name: str) -> None:
        size = self._size(name)
        refuse_misfits(cards, dimensions=size)
        if size is None:
            self._make(name, len(cards[0].vector))
        latest = list({card.card_id: card for card in cards}.values())
        for start in range(0, len(latest), PAGE):
            self._opened().upsert(name, points(latest[start : start + PAGE], scope), wait=True)

    def _make(self, name: str, size: int) -> None:
        """Without the graph of its approximate index, which no search here uses."""
        try:
            self._opened().create_collection(
                name,
                vectors_config=models.VectorParams(size=size, distance=models.Distance.DOT),
                hnsw_config=models.HnswConfigDiff(m=0),
            )
            self._place.prepare(self._opened(), name)
        except UnexpectedResponse as error:
            # Another process made it between our look and now.
            if error.status_code != CONFLICT:
                raise

    def _search(
        self, query: Vector, scope: UserScope, name: str, *, top_k: int, among: frozenset[str] | None
    ) -> list[Neighbour]:
        size = self._size(name)
        if size is None:
            return []
        refuse_misfit_query(query, dimensions=size)
        if top_k < 1 or among == frozenset():
            return []
        point = of_length_one(query)
        if among is not None and self._place.looks_up_ids:
            near = self._looked_up(name, [point_id(card_id, scope) for card_id in among])
        else:
            near = self._near(point, name, of(scope, among=among), top_k)
        found = (Neighbour(card_id=card_id, similarity=similarity_of(point, vector)) for card_id, vector in near)
        return nearest_first(found, top_k)

    def _near(self, point: Vector, name: str, owned: models.Filter, top_k: int) -> Iterator[tuple[str, Vector]]:
        """Every card that may be among the first."""
        limit = top_k + BEYOND
        while True:
            found = self._opened().query_points(
                name,
                query=point.tolist(),
                query_filter=owned,
                search_params=self._place.search_params,
                limit=limit,
                with_payload=True,
                with_vectors=True,
            ).points  # fmt: skip
            if len(found) < limit or found[-1].score < found[top_k - 1].score - BOUNDARY:
                return map(_card_of, found)
            limit *= 4

    def _looked_up(self, name: str, ids: Sequence[str]) -> Iterator[tuple[str, Vector]]:
        return map(_card_of, self._opened().retrieve(name, ids, with_payload=True, with_vectors=True))

    def _delete(self, ids: list[str], name: str) -> None:
        if ids and self._opened().collection_exists(name):
            self._opened().delete(name, models.PointIdsList(points=list(ids)), wait=True)

    def _count(self, name: str, owned: models.Filter | None) -> int:
        if not self._opened().collection_exists(name):
            return 0
        return self._opened().count(name, count_filter=owned, exact=True).count

    def _card_ids(self, name: str, owned: models.Filter) -> Iterator[str]:
        there, offset = self._opened().collection_exists(name), None
        while there:
            page, offset = self._opened().scroll(name, scroll_filter=owned, limit=IDS_AT_ONCE, offset=offset)
            yield from (str((record.payload or {})[CARD]) for record in page)
            there = offset is not None

    def _erase(self, scope: UserScope) -> None:
        for each in self._opened().get_collections().collections:
            if each.name.startswith(f"{PREFIX}."):
                self._opened().delete(each.name, models.FilterSelector(filter=of(scope)), wait=True)
        self._place.scrub()


def _name(space: str) -> str:
    return f"{PREFIX}.{space_name(space)}"


def _card_of(point: models.ScoredPoint | models.Record) -> tuple[str, Vector]:
    if point.payload is None or not isinstance(point.vector, list):
        raise StoreUnavailable(PART, "Qdrant gives a point without what it was asked for")
    return str(point.payload[CARD]), array("f", cast("list[float]", point.vector))


def _marked(client: QdrantClient) -> str:
    """A random name that lives and dies with what is stored: an index that was wiped is built anew."""
    if not client.collection_exists(MARK):
        one = models.VectorParams(size=1, distance=models.Distance.DOT)
        client.create_collection(MARK, vectors_config=one)
        client.upsert(MARK, [models.PointStruct(id=MARK_ID, vector=[1.0], payload={"mark": secrets.token_hex(8)})])
    [record] = client.retrieve(MARK, [MARK_ID])
    return str((record.payload or {})["mark"])
