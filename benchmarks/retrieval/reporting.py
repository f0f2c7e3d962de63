"""What is printed: tables for people, one document for programs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.retrieval.goals import Goal, goals
from benchmarks.retrieval.judging import Judged
from benchmarks.retrieval.measures import Estimate
from benchmarks.retrieval.running import SEALED, Asked, Results
from benchmarks.retrieval.summary import LANGUAGES, RANKINGS, Summary, groups, summarised
from entrypoints.cli.output import console, print_table

EXACTNESS = ("covered", "exact", "exact_if_covered")
NO_ANSWER = ("unanswered", "none_precision", "none_recall")
TIMES = ("p50_ms", "p95_ms")
HEADS = {
    "covered": "covered>", "exact": "exact>", "exact_if_covered": "exact if covered>", "ndcg5": "nDCG@5>",
    "ndcg10": "nDCG@10>", "recall5": "recall@5>", "precision5": "precision@5>", "hit1": "hit@1>", "mrr": "MRR>",
    "unanswered": "unanswered>",
    "none_precision": "no answer: precision>", "none_recall": "recall>", "p50_ms": "p50 ms>", "p95_ms": "p95 ms>",
}  # fmt: skip
BESIDE = ("exact", "ndcg5", "ndcg10", "recall5", "precision5", "hit1", "mrr", *NO_ANSWER)


def print_results(results: Results) -> None:
    """Every table of each half that was asked."""
    for half, judged in results.product.judged.items():
        summaries = {name: summarised(chosen) for name, chosen in groups(judged)}
        _print_summaries(f"{half}: conditions, orders, and what has no answer", summaries, (*EXACTNESS, *NO_ANSWER))
        _print_misread(half, judged)
        _print_summaries(f"{half}: the ranking, and how long it took", summaries, (*RANKINGS, *TIMES))
        _print_beside(f"{half}: beside other rankers", half, (results.product, *results.baselines))
        if results.stages:
            _print_beside(f"{half}: with one stage changed", half, (results.product, *results.stages))
    half = judged_half(results)
    _print_goals(half, list(goals_of(results)))


def print_readings(read: Mapping[str, Sequence[Judged]]) -> None:
    """How much the grammar covers, and in what it misreads."""
    for half, judged in read.items():
        rows = [
            (group, len(chosen), shown("", summarised(chosen).figures["covered"])) for group, chosen in groups(judged)
        ]
        print_table(f"{half}: what is read of conditions and orders", ("questions of", "count>", "covered>"), rows)
        _print_misread(half, judged)


def print_misreadings(judged: Sequence[Judged]) -> None:
    """Each question that is misread: what was understood and what is meant."""
    for one in judged:
        if one.misread:
            console().print("\n".join(_misreading(one)), markup=False, soft_wrap=True)


def judged_half(results: Results) -> str:
    """The half that the goals are about: the sealed one, where it was asked."""
    halves = results.product.judged
    return SEALED if SEALED in halves else next(iter(halves))


def goals_of(results: Results) -> Iterator[Goal]:
    """Every goal, over the half that they are about."""
    half = judged_half(results)
    return goals(results.product.judged[half], results.dense.judged[half])


def _print_summaries(title: str, summaries: Mapping[str, Summary], names: Sequence[str]) -> None:
    counted = EXACTNESS[0] in names
    columns = ("questions of", "count>", *(HEADS[name] for name in names))
    rows = [
        (group, summary.questions, *(shown(name, summary.figures[name]) for name in names))
        + ((summary.violations, summary.leaks) if counted else ())
        for group, summary in summaries.items()
    ]
    print_table(title, (*columns, "violations>", "leaks>") if counted else columns, rows)


def _print_misread(half: str, judged: Sequence[Judged]) -> None:
    """Why questions are not covered, without what they ask: one may be misread in several ways."""
    counts = Counter((one.gold.question.language, way) for one in judged for way in one.misread or ())
    ways = sorted({way for _, way in counts})
    rows = [(way, *(counts[language, way] for language in LANGUAGES)) for way in ways]
    if rows:
        print_table(f"{half}: in what conditions and orders are misread", ("way", *(f"{n}>" for n in LANGUAGES)), rows)


def _print_beside(title: str, half: str, systems: Sequence[Asked]) -> None:
    rows = []
    for system in systems:
        summary = summarised(system.judged[half])
        row = [shown(name, summary.figures[name]) for name in BESIDE]
        rows.append((system.name, *row, summary.violations, summary.leaks))
    print_table(title, ("ranker", *(HEADS[name] for name in BESIDE), "violations>", "leaks>"), rows)


def _print_goals(half: str, every: Sequence[Goal]) -> None:
    rows = [
        (goal.what, goal.asked, None if goal.came_to is None else f"{goal.came_to:.3f}", "yes" if goal.is_met else "NO")
        for goal in every
    ]
    print_table(f"Goals, on the {half} half", ("goal", "asked>", "came to>", "met"), rows)


def shown(name: str, estimate: Estimate | None) -> str | None:
    """A figure and its interval."""
    if estimate is None:
        return None
    digits = 1 if name in TIMES else 2
    return f"{estimate.value:.{digits + (digits > 1)}f} [{estimate.low:.{digits}f}–{estimate.high:.{digits}f}]"


def print_failures(judged: Sequence[Judged]) -> None:
    """Each answer that is wrong: what was understood, expected and got."""
    out = console()
    for one in judged:
        if one.is_wrong:
            out.print("\n".join(_failure(one)), markup=False, soft_wrap=True)


def _failure(one: Judged) -> Iterator[str]:
    gold, question = one.gold, one.gold.question
    said = [
        name
        for name, wrong in (
            (f"not covered ({', '.join(one.misread or ())})", one.misread),
            ("not exact", one.exact is False),
            (f"{one.violations} violations", one.violations),
            (f"{one.leaks} leaks", one.leaks),
            ("answered", one.ranking is None and one.answer.found),
            (f"nDCG@5 {one.ranking.ndcg5:.2f}" if one.ranking else "", one.ranking),
        )
        if wrong
    ]
    yield f"\n{question.id} [{question.kind}, {question.language}] {gold.user}: {question.text}"
    yield f"  wrong: {', '.join(said)}"
    yield from _understood(one)
    yield f"  meant: {_meant(one)}"
    best = [key for key, grade in sorted(gold.grades.items(), key=lambda pair: -pair[1]) if grade == 3]
    yield f"  expected: {len(best)} at the best grade, such as {', '.join(best[:5])}; open: {len(gold.open)}"
    came = [f"{key} ({gold.grades.get(key, 'open')})" for key in one.answer.ids]
    yield f"  got: {', '.join(came) or 'nothing'}"


def _misreading(one: Judged) -> Iterator[str]:
    question = one.gold.question
    yield f"\n{question.id} [{question.kind}, {question.language}]: {question.text}"
    yield f"  misread: {', '.join(one.misread or ())}"
    yield from _understood(one)
    yield f"  meant: {_meant(one)}"


def _understood(one: Judged) -> Iterator[str]:
    reading = one.answer.reading
    if reading is not None:
        conditions = [f"{each.field} {each.op} {each.value}" for each in reading.filters]
        order = reading.order and f"{reading.order.field}, {'highest' if reading.order.descending else 'lowest'} first"
        yield f"  understood: {'; '.join(conditions) or 'no condition'}; prefers {', '.join(reading.types) or 'none'}"
        yield f"    order {order}, limit {reading.limit}, not applied: {list(reading.unapplied)}"


def _meant(one: Judged) -> str:
    meaning = one.gold.question.meaning
    conditions = [f"{each.field} {each.op} {each.value}" for each in meaning.conditions]
    told = [(name, getattr(meaning, name)) for name in ("kinds", "types", "without_kinds", "order", "limit")]
    like = {name: value for name, value in asdict(meaning.relevance).items() if value}
    parts = [*conditions, *(f"{name} {_listed(value)}" for name, value in told if value)]
    parts += [f"like {name} {_listed(value)}" for name, value in like.items()]
    return "; ".join(parts) or "nothing that can be checked"


def _listed(value: object) -> str:
    return ", ".join(sorted(map(str, value))) if isinstance(value, frozenset) else str(value)


def document(results: Results) -> dict[str, Any]:
    """Everything that is printed, for a program."""
    return {
        "halves": {half: _half(results, half) for half in results.product.judged},
        "goals": {"half": judged_half(results), "goals": [asdict(goal) for goal in goals_of(results)]},
    }


def _half(results: Results, half: str) -> dict[str, Any]:
    return {
        "groups": {name: asdict(summarised(chosen)) for name, chosen in groups(results.product.judged[half])},
        "beside": {one.name: asdict(summarised(one.judged[half])) for one in results.baselines},
        "stages": {one.name: asdict(summarised(one.judged[half])) for one in results.stages},
    }
