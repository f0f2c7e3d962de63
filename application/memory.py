"""The retrieval pipeline: a question to the user's own backtests, best first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from application.candidates import Candidates, Ranked, Search, numbered
from application.card_terms import card_terms
from application.meaning import WITHOUT_MEANING, Meaning
from application.metering import MeteredEmbedder
from application.passages import PassageVectors, UnderWay
from application.ports.analyzer import Analyzer
from application.ports.backtest_archive import BacktestQueries
from application.ports.embedding_cache import EmbeddingCache
from application.ports.text_index import TextIndex
from application.ports.vector_store import VectorStore
from application.retrieving import Retriever
from application.spaces import Spaces
from domain.backtest import Backtest
from domain.card import context_text, embedding_text
from domain.embedding import Card, Vector
from domain.generation import Caller
from domain.identity import UserScope
from domain.language import Language
from domain.question import Question, read_question
from domain.ranking import Tuning, without_threshold
from domain.retrieval import Context, ContextKind, Found, SearchAnswer, SearchRequest
from domain.space import StoredSpace


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestMemory:
    """What a user's backtests can be asked, and how they get into the indexes."""

    queries: BacktestQueries
    vectors: VectorStore
    texts: TextIndex
    analyzer: Analyzer
    embedder: MeteredEmbedder
    cache: EmbeddingCache
    spaces: Spaces
    under_way: UnderWay = field(default_factory=UnderWay)
    tuning: Tuning = field(default_factory=Tuning)

    @property
    def space(self) -> str:
        """The name under which the index keeps the vectors that questions are asked of."""
        return self.spaces.serving.name

    async def search(self, request: SearchRequest, *, caller: Caller) -> SearchAnswer:
        """The runs that answer: conditions executed exactly, the rest by meaning and by words.

        With nothing but conditions they are all of the answer, in the order asked for or the latest recorded first,
        and nothing is embedded. Beside words, an order sorts the runs that say them. Where no meaning can be had,
        words alone decide, and the answer says so. Runs of a family that is named come first, and hide no other.

        Raises: StoreUnavailable, RateLimited; with a least similarity, whatever an embedding raises.
        """
        question = read_question(request.query)
        # Asked first: what is indexed between this and the search is then found by either.
        pending = await self.queries.unindexed(scope=caller.scope)
        (terms,) = await self.analyzer.terms([question.rest])
        search = Search(request=request, question=question, terms=terms, caller=caller, pending=pending)
        return await self._retriever(self.tuning)(search)

    async def nearest(self, request: SearchRequest, *, caller: Caller) -> tuple[Found, ...]:
        """What is worth knowing beside a request that is no question: runs that meet its words, then near ones."""
        strict = await self.search(request, caller=caller)
        if len(strict.results) >= request.top_k:
            return strict.results
        (terms,) = await self.analyzer.terms([request.query])
        plain = Question(text=request.query, rest=request.query)
        search = Search(request=request, question=plain, terms=terms, caller=caller)
        wider = await self._retriever(without_threshold(self.tuning)).best(search)
        known = {found.backtest.backtest_id for found in strict.results}
        more = [found for found in wider.results if found.backtest.backtest_id not in known]
        return numbered((*strict.results, *more)[: request.top_k])

    async def similar(self, run: Backtest, *, top_k: int, caller: Caller) -> tuple[Found, ...]:
        """The user's other runs that are most like this one, best first; its vector was most often paid for already.

        Raises: StoreUnavailable, RateLimited.
        """
        meaning, scope, pool = self.meaning, caller.scope, max(self.tuning.pool, top_k + 1)
        (terms,) = await card_terms([run], self.analyzer)
        words = await self.texts.search(terms, scope=scope, top_k=pool)
        try:
            (vector,) = await self.vectors_of([embedding_text(run)], space=meaning.space, caller=caller)
        except WITHOUT_MEANING:
            candidates = Candidates(near=None, words=words)
        else:
            near = await meaning.neighbours(vector, pool, scope=scope)
            candidates = Candidates(near=near, words=words)
        ranked = Ranked(scores=candidates.scores(self.tuning), similarities=candidates.similarities())
        found = ranked.found(await self._retriever(self.tuning).read(ranked, top_k + 1, scope=scope))
        return numbered([one for one in found if one.backtest.backtest_id != run.backtest_id][:top_k])

    async def add(self, backtests: Mapping[str, Backtest], *, caller: Caller) -> None:
        """The backtests, by card id, are found from now on; a text that was embedded before is not embedded again.

        By their words they are found even where the embedding fails.

        Raises: StoreUnavailable, ProviderUnavailable, BudgetExhausted.
        """
        runs = list(backtests.values())
        terms = await card_terms(runs, self.analyzer)
        await self.texts.put(dict(zip(backtests, terms, strict=True)), scope=caller.scope)
        await self.put(backtests, space=await self.spaces.look(), caller=caller)

    async def put(self, backtests: Mapping[str, Backtest], *, space: StoredSpace, caller: Caller) -> None:
        """Their vectors are in that space. Raises: as `add`."""
        vectors = await self.vectors_of(list(map(embedding_text, backtests.values())), space=space, caller=caller)
        cards = [Card(card_id=key, vector=vector) for key, vector in zip(backtests, vectors, strict=True)]
        await self.vectors.upsert(cards, scope=caller.scope, space=space.name)

    async def remove(self, card_ids: Sequence[str], *, scope: UserScope) -> None:
        """The cards are found no more. Raises: StoreUnavailable."""
        await self.texts.delete(card_ids, scope=scope)
        await self.vectors.delete(card_ids, scope=scope, space=(await self.spaces.look()).name)

    async def vectors_of(self, texts: Sequence[str], *, space: StoredSpace, caller: Caller) -> list[Vector]:
        """The vectors of texts to be found in that space, in order, those paid for before from the cache."""
        passages = PassageVectors(embedder=self.embedder, cache=self.cache, under_way=self.under_way)
        return await passages.of(texts, space=space, caller=caller)

    @property
    def meaning(self) -> Meaning:
        """Search by meaning in the space that serves now: a question keeps it to its end. Raises: StoreUnavailable."""
        return Meaning(vectors=self.vectors, embedder=self.embedder, space=self.spaces.serving)

    def _retriever(self, tuning: Tuning) -> Retriever:
        return Retriever(queries=self.queries, meaning=self.meaning, texts=self.texts, tuning=tuning)


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
