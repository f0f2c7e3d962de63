"""The retrieval pipeline: a question to the user's own backtests, best first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from application.metering import MeteredEmbedder
from application.passages import PassageVectors, UnderWay
from application.ports.backtest_archive import BacktestQueries
from application.ports.embedding_cache import EmbeddingCache
from application.ports.vector_store import VectorStore
from application.spaces import Spaces
from domain.backtest import Backtest, StoredBacktest
from domain.card import context_text, embedding_text
from domain.embedding import Card, Neighbour, TextKind, Vector
from domain.generation import Caller
from domain.identity import UserScope
from domain.language import Language
from domain.question import Question, read_question
from domain.retrieval import Context, ContextKind, Found, SearchAnswer, SearchRequest
from domain.space import StoredSpace

POOL_FACTOR = 4
SMALLEST_POOL = 50
READ_FACTOR = 2
"""Reading a run costs more than finding it, so only some more than were asked for are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestMemory:
    """What a user's backtests can be asked, and how they get into the index."""

    queries: BacktestQueries
    vectors: VectorStore
    embedder: MeteredEmbedder
    cache: EmbeddingCache
    spaces: Spaces
    under_way: UnderWay = field(default_factory=UnderWay)

    @property
    def space(self) -> str:
        """The name of the space that answers."""
        return self.spaces.serving.name

    async def search(self, request: SearchRequest, *, caller: Caller) -> SearchAnswer:
        """The runs that answer: conditions executed exactly, the rest by nearness of meaning.

        Where the question asks for an order, all runs that meet the conditions are sorted by it. Runs of a family that
        it names come first, and hide no other: many runs do not say theirs.

        Raises: StoreUnavailable, ProviderUnavailable, BudgetExhausted.
        """
        question = read_question(request.query)
        filters = (*request.filters, *question.filters)
        # Asked first: what is indexed between this and the search is then found by either.
        pending = await self.queries.unindexed(scope=caller.scope)
        found = await self._candidates(replace(request, filters=filters), question, caller, pending=pending)
        wanted = request.top_k if question.limit is None else min(question.limit, request.top_k)
        cut = question.limit is not None and question.limit > request.top_k
        return SearchAnswer(
            results=tuple(found[:wanted]),
            applied_filters=filters,
            unapplied_constraints=_with_limit(question) if cut else question.unapplied,
            pending=len(pending),
            applied_order=question.order,
        )

    async def nearest(self, request: SearchRequest, *, caller: Caller) -> tuple[Found, ...]:
        """What is worth knowing beside a request that is no question: runs that meet its words, then near ones."""
        strict = await self.search(request, caller=caller)
        if len(strict.results) >= request.top_k:
            return strict.results
        plain = Question(text=request.query, rest=request.query)
        wider = await self._candidates(request, plain, caller)
        known = {found.backtest.backtest_id for found in strict.results}
        more = [found for found in wider if found.backtest.backtest_id not in known]
        both = (*strict.results, *more)[: request.top_k]
        return tuple(replace(found, rank=rank) for rank, found in enumerate(both, start=1))

    async def _candidates(
        self, request: SearchRequest, question: Question, caller: Caller, *, pending: frozenset[str] = frozenset()
    ) -> list[Found]:
        every = bool(request.filters) or question.order is not None
        among = await self.queries.matching(request.filters, scope=caller.scope) if every else None
        if among is not None and not among:
            return []
        space = self.spaces.serving
        vector = await self.query_vector(question.rest.strip() or request.query, space=space, caller=caller)
        top_k = len(among) if among is not None and question.order is not None else request.top_k
        near = await self._neighbours(vector, top_k, space=space, scope=caller.scope, among=among)
        # A run that meets the filters and is not indexed yet is an answer all the same, after those with a vector.
        more = among & pending if among is not None and request.min_similarity is None else frozenset[str]()
        # What may bring a distant run to the front needs all of them.
        enough = len(near) if question.order or question.families else READ_FACTOR * request.top_k
        stored = await self._stored(near, more, enough, caller)
        return _as_asked(_ranked(near, stored, request.min_similarity), question)

    async def _stored(
        self, near: Sequence[Neighbour], more: frozenset[str], enough: int, caller: Caller
    ) -> dict[str, StoredBacktest]:
        """The runs that may be among the first, and those not indexed; a card whose run is gone makes room."""
        first, rest = _cut(near, enough)
        stored = await self.queries.by_card(sorted(more.union(first)), scope=caller.scope)
        if rest and len(stored) < enough:
            stored |= await self.queries.by_card(rest, scope=caller.scope)
        return stored

    async def similar(self, run: Backtest, *, top_k: int, caller: Caller) -> tuple[Found, ...]:
        """The user's other runs that are most like this one, best first; its vector was most often paid for already.

        Raises: StoreUnavailable, ProviderUnavailable, BudgetExhausted.
        """
        space = self.spaces.serving
        (vector,) = await self.vectors_of([embedding_text(run)], space=space, caller=caller)
        near = await self.vectors.search(vector, scope=caller.scope, space=space.name, top_k=top_k + 1)
        stored = await self.queries.by_card([neighbour.card_id for neighbour in near], scope=caller.scope)
        others = {key: one for key, one in stored.items() if one.backtest.backtest_id != run.backtest_id}
        return tuple(_ranked(near, others, None)[:top_k])

    async def _neighbours(
        self, vector: Vector, top_k: int, *, space: StoredSpace, scope: UserScope, among: frozenset[str] | None
    ) -> list[Neighbour]:
        """More than asked for, and all that tie with the last asked for: ties are for `backtest_id` to decide."""
        pool = max(SMALLEST_POOL, POOL_FACTOR * top_k)
        while True:
            near = await self.vectors.search(vector, scope=scope, space=space.name, top_k=pool, among=among)
            if len(near) < pool:
                return near
            if near[-1].similarity < near[top_k - 1].similarity:
                # Which of those that tie with the last came along is the store's choice, so none of them counts.
                return [neighbour for neighbour in near if neighbour.similarity > near[-1].similarity]
            pool *= POOL_FACTOR

    async def query_vector(self, text: str, *, space: StoredSpace, caller: Caller) -> Vector:
        """The vector of a question to that space."""
        metered = await self.embedder.embed([text], kind=TextKind.QUERY, caller=caller, space=space)
        return metered.answer.vectors[0]

    async def add(self, backtests: Mapping[str, Backtest], *, caller: Caller) -> None:
        """The backtests, by card id, are found from now on; a text that was embedded before is not embedded again.

        Raises: StoreUnavailable, ProviderUnavailable, BudgetExhausted.
        """
        await self.put(backtests, space=await self.spaces.look(), caller=caller)

    async def put(self, backtests: Mapping[str, Backtest], *, space: StoredSpace, caller: Caller) -> None:
        """As `add`, into that space."""
        vectors = await self.vectors_of(list(map(embedding_text, backtests.values())), space=space, caller=caller)
        cards = [Card(card_id=key, vector=vector) for key, vector in zip(backtests, vectors, strict=True)]
        await self.vectors.upsert(cards, scope=caller.scope, space=space.name)

    async def remove(self, card_ids: Sequence[str], *, scope: UserScope) -> None:
        """The cards are found no more. Raises: StoreUnavailable."""
        await self.vectors.delete(card_ids, scope=scope, space=(await self.spaces.look()).name)

    async def vectors_of(self, texts: Sequence[str], *, space: StoredSpace, caller: Caller) -> list[Vector]:
        """The vectors of texts to be found in that space, in order, those paid for before from the cache."""
        passages = PassageVectors(embedder=self.embedder, cache=self.cache, under_way=self.under_way)
        return await passages.of(texts, space=space, caller=caller)


def _cut(near: Sequence[Neighbour], count: int) -> tuple[list[str], list[str]]:
    """The ids of so many, with all that are as near as the last of them, and the others."""
    while 0 < count < len(near) and near[count].similarity == near[count - 1].similarity:
        count += 1
    ids = [neighbour.card_id for neighbour in near]
    return ids[:count], ids[count:]


def _ranked(near: Sequence[Neighbour], stored: dict[str, StoredBacktest], min_similarity: float | None) -> list[Found]:
    similarity = {neighbour.card_id: neighbour.similarity for neighbour in near}
    kept = [
        (similarity.get(card_id), run.backtest)
        for card_id, run in stored.items()
        if min_similarity is None or similarity.get(card_id, -1.0) >= min_similarity
    ]
    kept.sort(key=lambda pair: (-(pair[0] if pair[0] is not None else -2.0), pair[1].backtest_id))
    return [
        Found(rank=rank, score=0.0 if near_by is None else near_by, similarity=near_by, backtest=run)
        for rank, (near_by, run) in enumerate(kept, start=1)
    ]


def _as_asked(found: list[Found], question: Question) -> list[Found]:
    """By the order, then the runs of a family that the question names first, ties as before."""
    asked = found
    if question.order is not None:
        key = question.order.sort_key
        asked = sorted(asked, key=lambda one: key(one.backtest))
    if question.families:
        asked = sorted(asked, key=lambda one: not _is_preferred(one, question))
    return [replace(one, rank=rank) for rank, one in enumerate(asked, start=1)]


def _is_preferred(found: Found, question: Question) -> bool:
    """Among the near ones, or all where the order is not by nearness."""
    comparable = found.similarity is not None or question.order is not None
    return comparable and found.backtest.strategy.type in question.families


def _with_limit(question: Question) -> tuple[str, ...]:
    """`top_k` gives fewer than the question asks for: whoever asks is told."""
    return tuple(dict.fromkeys((*question.unapplied, question.limit_words)))


def contexts_of(found: Sequence[Found], *, language: Language) -> tuple[Context, ...]:
    """What was found, as texts for a prompt, best first."""
    return tuple(
        Context(
            kind=ContextKind.BACKTEST,
            id=one.backtest.backtest_id,
            similarity=one.similarity,
            text=context_text(one.backtest, language=language),
        )
        for one in found
    )
