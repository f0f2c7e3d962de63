"""How several rankings become one, what is too much alike in it, and when there is no answer.

Source: reciprocal rank fusion is by Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and
individual Rank Learning Methods", 2009.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from domain.backtest import Backtest, StrategyType
from domain.filters import Filter, FilterOp
from domain.indicators import IndicatorKind

Item = TypeVar("Item")
_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{1,2})?(?![\d.,]*\d)(?!\s?(?:%|퍼센트|프로|percent|년))")


SURE: Mapping[str, float] = {"multilingual-e5-small": 0.87}
"""Where questions that have an answer reach it now and then, and others never did. A model not named here has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What the pipeline is set to. A weight of 0 leaves a stage out; so does `None` for a threshold or a bound.

    The numbers are from the development set of the retrieval evaluation; see docs/adr/0010-hybrid-search.md.
    """

    dense_weight: float = 1.0
    words_weight: float = 1.0
    rank_offset: int = 20
    """RRF's k: how little the first places count more than the next. Lists here are short, so it is below RRF's 60."""
    pool: int = 50
    """So many of each ranking are looked at, and four times what was asked for where that is more."""
    most_of_a_family: int | None = 2
    family_places: int = 5
    """At most so many runs of one family, among so many of the first."""
    worth_a_place: float = 0.5
    """A run takes the place of one too many of a family if its score is at least this share of the best."""
    least_known: float | None = 0.57
    """The share of a question's words, by what they tell, that must stand in any of the user's cards for an answer."""
    sure_similarity: Mapping[str, float] = field(default_factory=lambda: dict(SURE))
    """The cosine, by embedding model, from which there is an answer whatever the words."""
    gist_weight: float = 2.0
    """What the strategies that a question describes in plain words weigh, where that was learned for the model."""
    least_likely: float = 0.5
    known_counts: float = 0.3
    """How likely a question must describe a strategy for an answer, and how much of that known words make up for."""
    number_weight: float = 1.0
    """What it is worth that a run has all the numbers of the words as parameters, where 1 is the best score."""
    strict_names: bool = True
    """What is named outright and stands in no card has no answer."""
    families_first: bool = True
    """Runs of a family that the question names come before the others."""
    ordered_coverage: float = 0.6
    """Where an order is asked for beside words, runs that hold so much of them are sorted before the others."""


def without_threshold(tuning: Tuning) -> Tuning:
    """The same, but that whatever is nearest counts as an answer: for who would rather have something than nothing."""
    return replace(tuning, least_known=None, strict_names=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A member of one ranking. Equal scores share a rank."""

    card_id: str
    score: float


def fused(rankings: Iterable[tuple[float, Sequence[Placed]]], *, rank_offset: int) -> dict[str, float]:
    """The sum, over the rankings with their weights, of 1 / (`rank_offset` + rank), by card id.

    Units: 1 is the first place in every ranking whose weight counts.
    """
    rankings = [(weight, ranking) for weight, ranking in rankings if weight]
    most = sum(weight for weight, _ in rankings) / (rank_offset + 1)
    scores: dict[str, float] = {}
    for weight, ranking in rankings:
        rank, before = 0, None
        for place, member in enumerate(ranking, start=1):
            rank, before = (place, member.score) if member.score != before else (rank, before)
            scores[member.card_id] = scores.get(member.card_id, 0.0) + weight / (rank_offset + rank)
    return {card_id: score / most for card_id, score in scores.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What makes two runs variants of each other: the same strategy on the same symbols over mostly the same days."""

    strategy: tuple[object, ...]
    symbols: frozenset[str]
    start: date
    end: date

    @staticmethod
    def of(run: Backtest, kinds: Sequence[IndicatorKind]) -> "Family":
        """By its type and indicators; by its name where nothing is known of them."""
        strategy: tuple[object, ...] = (run.strategy.type, frozenset(kinds))
        if not kinds:
            strategy = (run.strategy.type, " ".join(run.strategy.name.casefold().split()))
        symbols = frozenset(symbol.casefold() for symbol in run.symbols)
        return Family(strategy=strategy, symbols=symbols, start=run.start, end=run.end)

    def is_of(self, other: "Family") -> bool:
        """Whether one is a variant of the other."""
        shared = (min(self.end, other.end) - max(self.start, other.start)).days + 1
        shorter = min((self.end - self.start).days, (other.end - other.start).days) + 1
        return self.strategy == other.strategy and self.symbols == other.symbols and 2 * shared >= shorter


def spread_out(items: Sequence[Item], family: Callable[[Item], Family], *, most: int | None, places: int) -> list[Item]:
    """The items in their order, but so that of one family at most so many are among the first places.

    Those that are too many come after them; where nothing else is left, they keep their places.
    """
    if most is None:
        return list(items)
    first: list[Item] = []
    later: list[Item] = []
    families: list[Family] = []
    for item in items:
        own = family(item) if len(first) < places else None
        if own is None or sum(own.is_of(other) for other in families) >= most:
            later.append(item)
        else:
            first.append(item)
            families.append(own)
    return [*first, *later]


def numbers_in(text: str) -> frozenset[float]:
    """The numbers of a text that may be parameters: no percentages, no years."""
    return frozenset(float(match[0]) for match in _NUMBER.finditer(text))


def says_more_than_when(filters: Iterable[Filter]) -> bool:
    """Whether any condition is about something else than time: anything at all may be asked of a year."""
    return any(condition.field not in ("start", "end", "completed_at") for condition in filters)


def names_a_strategy(filters: Iterable[Filter]) -> bool:
    """Whether a condition says what the strategy is."""
    return any(condition.field in ("indicators", "strategy_name", "strategy_type") for condition in filters)


def asks_for_a_family(filters: Iterable[Filter], families: Sequence[StrategyType]) -> bool:
    """Whether a question says both what strategy and on what: then many of one family are what it wants."""
    named = {condition.field for condition in filters if condition.op in (FilterOp.EQ, FilterOp.IN)}
    return "symbols" in named and (bool(families) or bool(named & {"indicators", "strategy_name", "strategy_type"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for an answer: the share of the question's words that any card holds, and how near the nearest is.

    `likely` is how likely it describes a strategy, None where that cannot be said; `met` whether it has conditions that
    some run meets, `absent` whether it names what no card says.
    """

    known: float
    similarity: float | None
    model_id: str
    likely: float | None = None
    met: bool = False
    absent: bool = False


def has_answer(evidence: Evidence, tuning: Tuning) -> bool:
    """Whether the best that was found answers.

    Not where something is named that is not there; else where conditions are met, where its words stand in cards, where
    it describes a strategy, or where its meaning is near beyond doubt.
    """
    if evidence.absent and tuning.strict_names:
        return False
    if tuning.least_known is None or evidence.met or evidence.known >= tuning.least_known:
        return True
    if evidence.likely is not None and evidence.likely + tuning.known_counts * evidence.known >= tuning.least_likely:
        return True
    near = tuning.sure_similarity.get(evidence.model_id)
    return near is not None and evidence.similarity is not None and evidence.similarity >= near
