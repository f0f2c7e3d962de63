"""How a question is answered: exactly where it can be, else by meaning and words together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from application.candidates import Candidates, Ranked, Search, arranged
from application.meaning import Meaning
from application.ports.backtest_archive import BacktestQueries
from application.ports.text_index import TextIndex
from domain.backtest import StoredBacktest
from domain.embedding import Vector
from domain.gist import Gist, gist_of
from domain.identity import UserScope
from domain.ranking import Tuning, names_a_strategy, says_more_than_when
from domain.retrieval import Found, SearchAnswer

EVERY = 2**31
ASKED_FACTOR = 4
WHOLE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Retriever:
    """The stages, over the archive, the vectors and the words."""

    queries: BacktestQueries
    meaning: Meaning
    texts: TextIndex
    tuning: Tuning

    async def __call__(self, search: Search) -> SearchAnswer:
        """Raises: StoreUnavailable, RateLimited; with a least similarity, whatever an embedding raises."""
        if search.is_exact or search.question.order is not None:
            return await self._sorted(search)
        return await self.best(search)

    async def _sorted(self, search: Search) -> SearchAnswer:
        """Every run that meets the conditions, sorted by the store; beside words, those that say them come first."""
        scope, question = search.caller.scope, search.question
        whole = bool(search.terms) or search.request.min_similarity is not None
        matches = await self.queries.ordered(
            search.filters,
            scope=scope,
            order=question.order,
            families=question.families,
            limit=None if whole else search.wanted,
        )
        ids = await self._saying(search, matches.card_ids)
        similarities: Mapping[str, float] = {}
        if search.request.min_similarity is not None:
            vector = await self.meaning.of(search.text, caller=search.caller)
            similarities = await self.meaning.similarities(vector, ids, scope=scope)
            ids = [key for key in ids if similarities.get(key, -2.0) >= search.request.min_similarity]
        stored = await self.queries.by_card(ids[: search.wanted], scope=scope)
        found = [
            Found(rank=0, score=0.0, similarity=similarities.get(key), backtest=stored[key].backtest)
            for key in ids
            if key in stored
        ]
        return search.answer(found, total=matches.total)

    async def _saying(self, search: Search, ids: Sequence[str]) -> list[str]:
        """Those that say the words or are of the strategy they describe first; none where something is absent."""
        if not search.terms or not ids:
            return list(ids)
        scope, text = search.caller.scope, search.question.rest
        words = await self.texts.search(search.terms, scope=scope, top_k=EVERY)
        late = search.pending.intersection(ids)
        if not Candidates(near=None, words=words, met=True, text=text).has_answer(self.tuning) and not late:
            return []
        said = {hit.card_id for hit in words.hits if hit.coverage >= self.tuning.ordered_coverage}
        meant: Mapping[str, float] = {}
        if self.tuning.gist_weight and self.tuning.dense_weight and not names_a_strategy(search.filters):
            vector = await self.meaning.if_it_can_be_had(search.text, caller=search.caller)
            gist = None if vector is None else gist_of(vector, self.meaning.space.model_id)
            meant = await self._meant(gist, frozenset(), EVERY, scope=scope, among=None)
        if meant:
            return sorted(ids, key=lambda card_id: -_tier(meant.get(card_id, 0.0)))
        return sorted(ids, key=lambda card_id: card_id not in said)

    async def best(self, search: Search) -> SearchAnswer:
        """The runs that answer best by meaning and words, among those that meet the conditions."""
        scope, least = search.caller.scope, search.request.min_similarity
        among = await self.queries.matching(search.filters, scope=scope) if search.filters else None
        total = None if among is None else len(among)
        if among is not None and not among:
            return search.answer([], total=total)
        candidates = await self.candidates(search, among)
        ranked = Ranked(similarities=candidates.similarities())
        # Who says how near is near enough has a threshold already.
        if least is not None or candidates.has_answer(self.tuning):
            ranked = replace(ranked, scores=candidates.scores(self.tuning))
        if least is not None and candidates.vector is not None:
            ranked = await self._as_near_as(least, ranked, candidates.vector, scope)
        elif among is not None:
            ranked = replace(ranked, late=among & search.pending)
        stored = await self.read(ranked, search.request.top_k, scope=scope)
        found = arranged(ranked.found(stored), search, self.tuning)[: search.wanted]
        found = await self._with_similarities(found, stored, candidates.vector, scope)
        return search.answer(found, total=total, degraded=candidates.degraded)

    async def candidates(self, search: Search, among: frozenset[str] | None) -> Candidates:
        """What both indexes find for it."""
        pool = max(self.tuning.pool, ASKED_FACTOR * search.request.top_k)
        scope = search.caller.scope
        if search.request.min_similarity is not None:
            vector: Vector | None = await self.meaning.of(search.text, caller=search.caller)
        elif self.tuning.dense_weight:
            vector = await self.meaning.if_it_can_be_had(search.text, caller=search.caller)
        else:
            vector = None
        terms = search.terms if self.tuning.words_weight else ()
        words = await self.texts.search(terms, scope=scope, top_k=pool, among=among)
        met, text = bool(among) and says_more_than_when(search.filters), search.question.rest
        if vector is None:
            return Candidates(near=None, words=words, met=met, text=text)
        model_id = self.meaning.space.model_id
        near = await self.meaning.neighbours(vector, pool, scope=scope, among=among)
        gist = gist_of(vector, model_id) if self.tuning.gist_weight else None
        found = frozenset((*(one.card_id for one in near), *(hit.card_id for hit in words.hits)))
        return Candidates(
            near=near,
            words=words,
            vector=vector,
            model_id=model_id,
            gist=gist,
            meant=await self._meant(gist, found, pool, scope=scope, among=among),
            met=met,
            text=text,
        )

    async def _meant(
        self, gist: Gist | None, found: frozenset[str], pool: int, *, scope: UserScope, among: frozenset[str] | None
    ) -> dict[str, float]:
        """How much of the strategies that are meant each card says: of those that were found, and of the best."""
        if gist is None or not gist.terms or gist.likely < self.tuning.least_likely:
            return {}
        best = await self.texts.search(gist.terms, scope=scope, top_k=pool, among=among)
        also = await self.texts.search(gist.terms, scope=scope, top_k=len(found), among=found) if found else best
        return {hit.card_id: hit.coverage for hit in (*best.hits, *also.hits)}

    async def read(self, ranked: Ranked, top_k: int, *, scope: UserScope) -> dict[str, StoredBacktest]:
        """The runs that may be among the first, and those not indexed; a card whose run is gone makes room."""
        reading = ranked.to_read(top_k)
        tied = list(reading.tied)
        if len(tied) > reading.room:
            tied = await self.queries.first_by_id(tied, scope=scope, limit=reading.room)
        stored = await self.queries.by_card([*reading.first, *tied], scope=scope)
        if len(stored) < top_k and reading.rest:
            stored |= await self.queries.by_card([*reading.tied, *reading.rest], scope=scope)
        return stored

    async def _as_near_as(self, least: float, ranked: Ranked, vector: Vector, scope: UserScope) -> Ranked:
        lacking = [card_id for card_id in ranked.scores if card_id not in ranked.similarities]
        similarities = {
            **ranked.similarities,
            **await self.meaning.similarities(vector, lacking, scope=scope),
        }
        scores = {key: score for key, score in ranked.scores.items() if similarities.get(key, -2.0) >= least}
        return Ranked(scores=scores, similarities=similarities)

    async def _with_similarities(
        self, found: list[Found], stored: Mapping[str, StoredBacktest], vector: "Vector | None", scope: UserScope
    ) -> list[Found]:
        """What only words found has a nearness too."""
        cards = {run.backtest.backtest_id: card_id for card_id, run in stored.items()}
        lacking = [cards[one.backtest.backtest_id] for one in found if one.similarity is None and one.score > 0]
        if vector is None or not lacking:
            return found
        near = await self.meaning.similarities(vector, lacking, scope=scope)
        return [
            replace(one, similarity=near.get(cards[one.backtest.backtest_id], one.similarity))
            if one.similarity is None
            else one
            for one in found
        ]


def _tier(share: float) -> int:
    """All of a strategy, some of it, nothing: between these an order does not go."""
    return (share > 0) + (share >= WHOLE)
