"""One answer against its gold: what is right about it, in numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from benchmarks.retrieval.covering import Pair, Reading, misread
from benchmarks.retrieval.gold import FIRST, RELEVANT, Gold
from benchmarks.retrieval.meaning import Kind
from benchmarks.retrieval.measures import ndcg, precision, recall, reciprocal_rank
from domain.backtest import Backtest


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a system found, best first, and how long it took; `reading` is what it understood, if it says so."""

    found: tuple[Backtest, ...]
    milliseconds: float
    reading: Reading | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of what was found."""
        return tuple(run.backtest_id for run in self.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """How good an order is, in numbers from 0 to 1."""

    ndcg5: float
    ndcg10: float
    recall5: float
    precision5: float
    hit1: float
    mrr: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A question, its answer, and what is right about it; None is what this kind of question cannot say.

    `misread` says in what the reading is not the meaning. `violations` are runs that do not meet what the question
    demands, `leaks` runs that are not the asking user's.
    """

    gold: Gold
    answer: Answer
    misread: tuple[str, ...] | None
    exact: bool | None
    violations: int
    leaks: int
    ranking: Ranking | None

    @property
    def covered(self) -> bool | None:
        """Whether the reading is the meaning."""
        return None if self.misread is None else not self.misread

    @property
    def is_wrong(self) -> bool:
        """Whether it belongs on the list of failures."""
        if self.violations or self.leaks or self.exact is False or self.covered is False:
            return True
        if self.ranking is None:
            return bool(self.answer.found)
        return not self.ranking.hit1 or self.ranking.ndcg5 < POOR


POOR = 0.85
"""An nDCG@5 below this is a failure to look at."""


def wanted(gold: Gold) -> int:
    """How many a system is asked for."""
    question = gold.question
    return question.top_k or max(FIRST, question.meaning.limit or 0)


def judge(gold: Gold, answer: Answer, *, own: Mapping[str, Backtest], runs: Sequence[Pair]) -> Judged:
    """The figures of one answer. `own` are the asking user's backtests, `runs` those of all users."""
    question, ids = gold.question, answer.ids
    told = answer.reading if question.kind.is_exact else None
    answerable = question.kind.is_answerable
    return Judged(
        gold=gold,
        answer=answer,
        misread=None if told is None else misread(question.meaning, told, runs),
        exact=is_exact(gold, ids) if question.kind.is_exact else None,
        violations=sum(gold.verdicts.get(key) is False for key in ids) if answerable else 0,
        leaks=sum(own.get(run.backtest_id) != run for run in answer.found),
        ranking=_ranking(gold, ids) if answerable else None,
    )


def _ranking(gold: Gold, ids: Sequence[str]) -> Ranking:
    """Runs of which nobody can say whether they belong take no place."""
    grades = [gold.grades[key] for key in ids if key in gold.grades]
    relevant = [grade >= RELEVANT for grade in grades]
    every, room = list(gold.grades.values()), min(FIRST, _room(gold))
    return Ranking(
        ndcg5=ndcg(grades, every, k=min(5, room)),
        ndcg10=ndcg(grades, every, k=room),
        recall5=recall(relevant, sum(grade >= RELEVANT for grade in every), k=min(5, room)),
        precision5=precision(relevant, k=5),
        hit1=float(relevant[:1] == [True]),
        mrr=reciprocal_rank(relevant[:FIRST]),
    )


def _room(gold: Gold) -> int:
    """How many may come: as many as a system is asked for, or fewer where the question says so."""
    return min(wanted(gold), gold.question.meaning.limit or wanted(gold))


def is_exact(gold: Gold, ids: Sequence[str]) -> bool:
    """Whether the answer is the gold set, or its beginning in the order asked for; ties may fall either way."""
    room = _room(gold)
    if len(set(ids)) != len(ids) or len(ids) > room or any(gold.verdicts.get(key, False) is False for key in ids):
        return False
    missing = gold.required - set(ids)
    if gold.question.kind is Kind.CONDITION:
        return not missing or len(ids) == room
    figures = [gold.figures.get(key, inf) for key in ids]
    if figures != sorted(figures):
        return False
    # Who has no such figure need not come, and comes last if at all.
    missing = frozenset(key for key in missing if key in gold.figures)
    return not missing or (len(ids) == room and min(gold.figures[key] for key in missing) >= figures[-1])
