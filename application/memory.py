"""The retrieval pipeline: a question to the user's own backtests, best first."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from application.candidates import Candidates, Ranked, Search, numbered
from application.card_terms import card_terms
from application.meaning import WITHOUT_MEANING, Meaning
from application.metering import MeteredEmbedder
from application.ports.analyzer import Analyzer
from application.ports.backtest_archive import BacktestQueries
from application.ports.embedding_cache import EmbeddingCache
from application.ports.text_index import TextIndex
from application.ports.vector_store import VectorStore
from application.retrieving import Retriever
from domain.backtest import Backtest
from domain.card import context_text, embedding_text
from domain.embedding import Card, TextKind, Vector
from domain.generation import Caller
from domain.identity import UserScope
from domain.language import Language
from domain.question import Question, read_question
from domain.ranking import Tuning, without_threshold
from domain.retrieval import Context, ContextKind, Found, SearchAnswer, SearchRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestMemory:
    """What a user's backtests can be asked, and how they get into the indexes."""

    queries: BacktestQueries
    vectors: VectorStore
    texts: TextIndex
    analyzer: Analyzer
    embedder: MeteredEmbedder
    cache: EmbeddingCache
    tuning: Tuning = field(default_factory=Tuning)

    @property
    def space(self) -> str:
        """The name under which the index keeps the vectors of the embedding model that serves."""
        return self.embedder.model().model_id

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
        retriever, scope, pool = self._retriever(self.tuning), caller.scope, max(self.tuning.pool, top_k + 1)
        (terms,) = await card_terms([run], self.analyzer)
        words = await self.texts.search(terms, scope=scope, top_k=pool)
        try:
            (vector,) = await self._vectors_of([embedding_text(run)], caller)
        except WITHOUT_MEANING:
            candidates = Candidates(near=None, words=words)
        else:
            near = await retriever.meaning.neighbours(vector, pool, scope=scope)
            candidates = Candidates(near=near, words=words)
        ranked = Ranked(scores=candidates.scores(self.tuning), similarities=candidates.similarities())
        found = ranked.found(await retriever.read(ranked, top_k + 1, scope=scope))
        return numbered([one for one in found if one.backtest.backtest_id != run.backtest_id][:top_k])

    async def query_vector(self, text: str, *, caller: Caller) -> Vector:
        """The vector of a question."""
        return await self._meaning.of(text, caller=caller)

    async def add(self, backtests: Mapping[str, Backtest], *, caller: Caller) -> None:
        """The backtests, by card id, are found from now on; a text that was embedded before is not embedded again.

        By their words they are found even where the embedding fails.

        Raises: StoreUnavailable, ProviderUnavailable, BudgetExhausted.
        """
        runs = list(backtests.values())
        terms = await card_terms(runs, self.analyzer)
        await self.texts.put(dict(zip(backtests, terms, strict=True)), scope=caller.scope)
        vectors = await self._vectors_of([embedding_text(run) for run in runs], caller)
        cards = [Card(card_id=key, vector=vector) for key, vector in zip(backtests, vectors, strict=True)]
        await self.vectors.upsert(cards, scope=caller.scope, space=self.space)

    async def remove(self, card_ids: Sequence[str], *, scope: UserScope) -> None:
        """The cards are found no more. Raises: StoreUnavailable."""
        await self.texts.delete(card_ids, scope=scope)
        await self.vectors.delete(card_ids, scope=scope, space=self.space)

    @property
    def _meaning(self) -> Meaning:
        return Meaning(vectors=self.vectors, embedder=self.embedder, space=lambda: self.space)

    def _retriever(self, tuning: Tuning) -> Retriever:
        return Retriever(queries=self.queries, meaning=self._meaning, texts=self.texts, tuning=tuning)

    async def _vectors_of(self, texts: Sequence[str], caller: Caller) -> list[Vector]:
        hashes = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        model_id = self.space
        known = await self.cache.find(hashes, model_id=model_id, scope=caller.scope)
        missing = {key: text for key, text in zip(hashes, texts, strict=True) if key not in known}
        if missing:
            metered = await self.embedder.embed(list(missing.values()), kind=TextKind.PASSAGE, caller=caller)
            fresh = dict(zip(missing, metered.answer.vectors, strict=True))
            await self.cache.keep(fresh, model_id=model_id, scope=caller.scope)
            known |= fresh
        return [known[key] for key in hashes]


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
