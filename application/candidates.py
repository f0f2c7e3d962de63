"""Runs that may answer a question, on their way from two indexes into one ranking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.absence import names_what_is_absent
from domain.backtest import StoredBacktest
from domain.bm25 import WordHits
from domain.drafting_parts import kinds_of
from domain.embedding import Neighbour, Vector
from domain.filters import Filter
from domain.generation import Caller
from domain.gist import Gist
from domain.question import Question
from domain.ranking import (
    Evidence,
    Family,
    Placed,
    Tuning,
    asks_for_a_family,
    fused,
    has_answer,
    numbers_in,
    spread_out,
)
from domain.retrieval import Degraded, Found, SearchAnswer, SearchRequest
from domain.terms import known_here, telling

READ_FACTOR, FEWEST_READ = 3, 15
"""Reading a run costs more than finding it, so only some more than were asked for are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A question that is being answered: its conditions with those of the request, and the words of its rest."""

    request: SearchRequest
    question: Question
    terms: tuple[str, ...]
    caller: Caller
    pending: frozenset[str] = frozenset()

    @property
    def filters(self) -> tuple[Filter, ...]:
        """What is executed."""
        return (*self.request.filters, *self.question.filters)

    @property
    def is_exact(self) -> bool:
        """Whether nothing is asked but conditions, an order, a count: then no meaning is needed."""
        conditions = bool(self.filters) or self.question.only_conditions or not self.question.rest
        return not self.terms and self.request.min_similarity is None and conditions

    @property
    def text(self) -> str:
        """What is searched by meaning."""
        return self.question.rest.strip() or self.request.query

    @property
    def wanted(self) -> int:
        """How many answers."""
        limit = self.question.limit
        return self.request.top_k if limit is None else min(limit, self.request.top_k)

    def answer(self, found: Sequence[Found], *, total: int | None, degraded: Degraded | None = None) -> SearchAnswer:
        """What whoever asks is told; where `top_k` gives fewer than the question asks for, that too."""
        cut = self.question.limit is not None and self.question.limit > self.request.top_k
        unapplied = (*self.question.unapplied, self.question.limit_words) if cut else self.question.unapplied
        return SearchAnswer(
            results=numbered(found),
            applied_filters=self.filters,
            unapplied_constraints=tuple(dict.fromkeys(unapplied)),
            pending=len(self.pending),
            applied_order=self.question.order,
            total=total,
            degraded=degraded,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """What both indexes found. `near` is None where meaning could not be searched, and `vector` what it was by.

    `meant` is how much each card says of the strategies that the question describes; `met` whether it has conditions
    that some run meets.
    """

    near: Sequence[Neighbour] | None
    words: WordHits
    vector: "Vector | None" = None
    model_id: str = ""
    gist: Gist | None = None
    meant: Mapping[str, float] = field(default_factory=dict)
    met: bool = False
    text: str = ""

    @property
    def degraded(self) -> Degraded | None:
        """What was done without."""
        return Degraded.WORDS_ONLY if self.near is None else None

    def similarities(self) -> dict[str, float]:
        """The cosine of those that are near, by card id."""
        return {neighbour.card_id: neighbour.similarity for neighbour in self.near or ()}

    def scores(self, tuning: Tuning) -> dict[str, float]:
        """How well each does in the rankings that there are, by card id."""
        near = [Placed(card_id=one.card_id, score=one.similarity) for one in self.near or ()]
        words = [Placed(card_id=one.card_id, score=one.score) for one in self.words.hits]
        meant = [Placed(card_id=key, score=share) for key, share in sorted(self.meant.items(), key=lambda one: -one[1])]
        rankings = [(tuning.dense_weight, near), (tuning.words_weight, words), (tuning.gist_weight, meant)]
        return fused([(weight, ranking) for weight, ranking in rankings if ranking], rank_offset=tuning.rank_offset)

    def has_answer(self, tuning: Tuning) -> bool:
        """Whether the best of them answers; where there are no words on either side, these say nothing."""
        evidence = Evidence(
            known=self._known(),
            similarity=max((one.similarity for one in self.near or ()), default=None),
            model_id=self.model_id,
            likely=self.gist.likely if self.gist is not None else None,
            met=self.met,
            absent=names_what_is_absent(self.text, self.words.held_by) if self.words.cards else False,
        )
        return has_answer(evidence, tuning)

    def _known(self) -> float:
        """Words that say nothing speak for an answer where there is nothing else to go by."""
        if not self.words.cards or not self.words.held_by:
            return 1.0 if self.gist is None or not self.words.cards else 0.0
        return self.words.known(telling, also=known_here)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Cards whose runs are read: the first, so many of those that tie after them, and the rest where some are gone."""

    first: Sequence[str]
    tied: Sequence[str] = ()
    room: int = 0
    rest: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Cards with their scores, and what is known of their nearness; `late` are in no index yet and have neither."""

    scores: Mapping[str, float] = field(default_factory=dict)
    similarities: Mapping[str, float] = field(default_factory=dict)
    late: frozenset[str] = frozenset()

    def to_read(self, top_k: int) -> "Reading":
        """What to read of the runs: of those that tie, only the first by `backtest_id`."""
        ids = sorted(self.scores, key=lambda card_id: (-self.scores[card_id], card_id))
        count = max(FEWEST_READ, READ_FACTOR * top_k)
        if len(ids) <= count:
            return Reading(first=[*sorted(self.late.difference(ids)), *ids])
        last = self.scores[ids[count - 1]]
        above = [card_id for card_id in ids if self.scores[card_id] > last]
        return Reading(
            first=[*sorted(self.late.difference(ids)), *above],
            tied=[card_id for card_id in ids if self.scores[card_id] == last],
            room=count - len(above),
            rest=[card_id for card_id in ids if self.scores[card_id] < last],
        )

    def found(self, stored: Mapping[str, StoredBacktest]) -> list[Found]:
        """The runs that were read, best first, ties by `backtest_id`; those that no index has come last."""
        found = [
            Found(
                rank=0,
                score=self.scores.get(card_id, 0.0),
                similarity=self.similarities.get(card_id),
                backtest=run.backtest,
            )
            for card_id, run in stored.items()
        ]
        return sorted(found, key=lambda one: (-one.score, one.backtest.backtest_id))


def arranged(found: Sequence[Found], search: Search, tuning: Tuning) -> list[Found]:
    """The families that are named first, then spread out over what is too much alike."""
    families = search.question.families
    ordered = _by_numbers(found, search.question.rest, tuning) if tuning.number_weight else list(found)
    if families and tuning.families_first:
        ordered.sort(key=lambda one: one.score <= 0 or one.backtest.strategy.type not in families)
    most = None if asks_for_a_family(search.filters, families) else tuning.most_of_a_family
    least = tuning.worth_a_place * max((one.score for one in ordered), default=0.0)
    worth = [one for one in ordered if one.score >= least]
    spread = spread_out(worth, _family, most=most, places=tuning.family_places)
    return [*spread, *(one for one in ordered if one.score < least)]


def _by_numbers(found: Sequence[Found], text: str, tuning: Tuning) -> list[Found]:
    """Runs that have the numbers of the text among their parameters move up."""
    asked = numbers_in(text)
    if not asked:
        return list(found)

    def share(one: Found) -> float:
        held = {float(value) for value in one.backtest.strategy.parameters.values() if _is_number(value)}
        return len(asked & held) / len(asked)

    weight = tuning.number_weight
    better = [
        replace(one, score=(one.score + weight * share(one)) / (1 + weight) if one.score else 0.0) for one in found
    ]
    return sorted(better, key=lambda one: (-one.score, one.backtest.backtest_id))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def numbered(found: Sequence[Found]) -> tuple[Found, ...]:
    """By rank from 1."""
    return tuple(replace(one, rank=rank) for rank, one in enumerate(found, start=1))


def _family(found: Found) -> Family:
    return Family.of(found.backtest, kinds_of(found.backtest.strategy))
