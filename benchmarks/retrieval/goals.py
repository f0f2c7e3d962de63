"""What the search is to reach, and whether it does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.retrieval.judging import Judged
from benchmarks.retrieval.summary import LANGUAGES, Summary, summarised


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One line: what is asked, what it came to, and whether that is enough."""

    what: str
    asked: str
    came_to: float | None
    is_met: bool


def goals(product: Sequence[Judged], dense: Sequence[Judged]) -> Iterator[Goal]:
    """Every goal over the questions of one half."""
    every, beside = summarised(product), summarised(dense)
    by_language = {
        language: summarised([one for one in product if one.gold.question.language == language])
        for language in LANGUAGES
        if any(one.gold.question.language == language for one in product)
    }
    for language, of_one in by_language.items():
        if of_one.figures["covered"] is not None:
            yield _at_least(f"conditions and orders that are covered, {language}", of_one, "covered", 0.95)
    yield _at_least("of these, exact", every, "exact_if_covered", 1.0)
    yield _none("runs that do not meet a condition", every.violations)
    yield _at_least("nDCG@5", every, "ndcg5", 0.90)
    for language, of_one in by_language.items():
        if of_one.figures["ndcg5"] is not None:
            yield _at_least(f"nDCG@5, {language}", of_one, "ndcg5", 0.85)
    yield _at_least("hit@1", every, "hit1", 0.90)
    yield _at_least("no answer, precision", every, "none_precision", 0.95)
    yield _at_least("no answer, recall", every, "none_recall", 0.90)
    yield _none("runs of another user", every.leaks)
    better, worse = every.value("ndcg5"), beside.value("ndcg5")
    gain = None if better is None or worse is None else better - worse
    yield Goal(what="nDCG@5 above dense only", asked="≥ 0.30", came_to=gain, is_met=gain is not None and gain >= 0.30)


def _at_least(what: str, summary: Summary, name: str, least: float) -> Goal:
    value = summary.value(name)
    return Goal(what=what, asked=f"≥ {least:.2f}", came_to=value, is_met=value is not None and value >= least)


def _none(what: str, count: int) -> Goal:
    return Goal(what=what, asked="0", came_to=float(count), is_met=count == 0)
