"""The figures of many questions together: by half, language and kind, each with its interval."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.retrieval.judging import Judged
from benchmarks.retrieval.meaning import Kind
from benchmarks.retrieval.measures import Estimate, mean, percentile, share

RANKINGS = ("ndcg5", "ndcg10", "recall5", "precision5", "hit1", "mrr")
LANGUAGES = ("ko", "en", "mixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What so many questions came to. Figures that none of them has are None.

    `exact_if_covered` is over the questions that the grammar covers. `unanswered` is what share of the questions with
    an answer got none. `none_precision` is what share of the empty
    answers were right to be empty, `none_recall` what share of the questions without an answer got none.
    """

    questions: int
    violations: int
    leaks: int
    figures: Mapping[str, Estimate | None]

    def value(self, name: str) -> float | None:
        """A figure without its interval."""
        estimate = self.figures[name]
        return None if estimate is None else estimate.value


def summarised(judged: Sequence[Judged]) -> Summary:
    """All of them together."""
    exact = [one for one in judged if one.exact is not None]
    ranked = [one.ranking for one in judged if one.ranking is not None]
    times = [one.answer.milliseconds for one in judged]
    return Summary(
        questions=len(judged),
        violations=sum(one.violations for one in judged),
        leaks=sum(one.leaks for one in judged),
        figures={
            "covered": mean([float(one.covered) for one in judged if one.covered is not None]),
            "exact": mean([float(one.exact is True) for one in exact]),
            "exact_if_covered": mean([float(one.exact is True) for one in exact if one.covered]),
            **{name: mean([getattr(ranking, name) for ranking in ranked]) for name in RANKINGS},
            **_of_no_answer(judged),
            "p50_ms": percentile(times, 50),
            "p95_ms": percentile(times, 95),
        },
    )


def _of_no_answer(judged: Sequence[Judged]) -> dict[str, Estimate | None]:
    empty = [float(not one.answer.found) for one in judged]
    unanswerable = [float(not one.gold.question.kind.is_answerable) for one in judged]
    right = [a * b for a, b in zip(empty, unanswerable, strict=True)]
    missed = [a for a, b in zip(empty, unanswerable, strict=True) if not b]
    return {
        "unanswered": mean(missed),
        "none_precision": share(right, empty),
        "none_recall": share(right, unanswerable),
    }


def groups(judged: Sequence[Judged]) -> Iterator[tuple[str, tuple[Judged, ...]]]:
    """All, by language, by kind, and by both; those without a question are left out."""
    named: list[tuple[str, Callable[[Judged], bool]]] = [("all", lambda _: True)]
    named += [(f"in {language}", _of(language=language)) for language in LANGUAGES]
    named += [(str(kind), _of(kind=kind)) for kind in Kind]
    named += [(f"{kind} {language}", _of(language=language, kind=kind)) for kind in Kind for language in LANGUAGES]
    for name, belongs in named:
        chosen = tuple(one for one in judged if belongs(one))
        if chosen:
            yield name, chosen


def _of(*, language: str | None = None, kind: Kind | None = None) -> Callable[[Judged], bool]:
    def belongs(one: Judged) -> bool:
        question = one.gold.question
        return language in {None, question.language} and kind in {None, question.kind}

    return belongs
