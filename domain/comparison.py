"""Two to five backtests side by side: a table, a ranking, and what makes them hard to compare."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from domain.backtest import METRIC_NAMES, Backtest
from domain.comparison_criteria import Criteria, Criterion, read_criteria
from domain.errors import InvalidQuestion, Violation
from domain.metric_text import higher_is_better
from domain.retrieval import MAX_QUESTION_LENGTH
from domain.text import is_storable

FEWEST_COMPARED, MOST_COMPARED = 2, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRequest:
    """Which runs, by which metrics, and what is asked of them. Raises: InvalidQuestion, with everything wrong."""

    backtest_ids: tuple[str, ...]
    metrics: tuple[str, ...] = ()
    question: str | None = None

    def __post_init__(self) -> None:
        wrong = [*self._wrong_ids(), *self._wrong_question()]
        try:
            self.criteria()
        except InvalidQuestion as refused:
            wrong += refused.violations
        if wrong:
            raise InvalidQuestion(*wrong)

    def criteria(self) -> Criteria:
        """What the runs are ranked by."""
        return read_criteria(metrics=self.metrics, question=self.question)

    def _wrong_ids(self) -> Iterator[Violation]:
        count = len(self.backtest_ids)
        if not FEWEST_COMPARED <= count <= MOST_COMPARED:
            message = f"must name {FEWEST_COMPARED} to {MOST_COMPARED} backtests, and names {count}"
            yield Violation(field="backtest_ids", message=message)
        for i, backtest_id in enumerate(self.backtest_ids[: MOST_COMPARED + 1]):
            if backtest_id in self.backtest_ids[:i]:
                yield Violation(field=f"backtest_ids[{i}]", message=f"names {backtest_id} again")

    def _wrong_question(self) -> Iterator[Violation]:
        asked = self.question
        if asked is not None and not (asked.strip() and len(asked) <= MAX_QUESTION_LENGTH and is_storable(asked)):
            message = f"must have 1 to {MAX_QUESTION_LENGTH} characters that can be stored, or be left out"
            yield Violation(field="question", message=message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One figure of one run. `best` where it is the better one of at least two that differ."""

    backtest_id: str
    value: float | None
    best: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A metric over all runs. `higher`: whether more of it comes first, None where neither side does."""

    metric: str
    higher: bool | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A run in the ranking, from 1; None for one that has none of the figures that rank. `score` is in [0, 1]."""

    rank: int | None
    backtest_id: str
    score: Fraction | None
    tied: bool


class DifferenceKind(StrEnum):
    """What two runs may have that makes their figures hard to compare."""

    PERIOD = "period"
    SYMBOLS = "symbols"
    TIMEFRAME = "timeframe"
    INITIAL_CAPITAL = "initial_capital"
    ENGINE = "engine"
    MISSING_METRIC = "missing_metric"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that differs. For what is missing: the metrics, and the runs that lack all of them."""

    kind: DifferenceKind
    metrics: tuple[str, ...] = ()
    backtest_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The runs as they were named, what they are ranked by, and everything that follows from that."""

    runs: tuple[Backtest, ...]
    criteria: Criteria
    rows: tuple[Row, ...]
    ranking: tuple[Place, ...]
    differences: tuple[Difference, ...]

    def row(self, metric: str) -> Row:
        """The row of a metric. Raises: KeyError for one that is not shown."""
        return {row.metric: row for row in self.rows}[metric]

    def run(self, backtest_id: str) -> Backtest:
        """One of the runs."""
        return {run.backtest_id: run for run in self.runs}[backtest_id]


def compare(runs: Sequence[Backtest], request: ComparisonRequest) -> Comparison:
    """The comparison, the same for the same runs and request; ties go by backtest_id."""
    criteria = request.criteria()
    rows = tuple(_row(metric, runs, criteria) for metric in _shown(runs, request, criteria))
    return Comparison(
        runs=tuple(runs),
        criteria=criteria,
        rows=rows,
        ranking=tuple(_ranking(runs, criteria)),
        differences=tuple(_differences(runs, rows)),
    )


def _shown(runs: Sequence[Backtest], request: ComparisonRequest, criteria: Criteria) -> list[str]:
    """Those asked for, or else the criteria and whatever any run has."""
    spoken = [criterion.metric for criterion in criteria.ranked] + list(criteria.shown)
    known = [] if request.metrics else [n for n in METRIC_NAMES if any(_value(run, n) is not None for run in runs)]
    return list(dict.fromkeys([*spoken, *known]))


def _value(run: Backtest, metric: str) -> float | None:
    value: float | None = getattr(run.metrics, metric)
    return value


def _row(metric: str, runs: Sequence[Backtest], criteria: Criteria) -> Row:
    sides = {criterion.metric: criterion.higher for criterion in criteria.ranked}
    higher = sides.get(metric, higher_is_better(metric))
    values = [value for run in runs if (value := _value(run, metric)) is not None]
    differ = higher is not None and len(set(values)) > 1
    best = (max(values) if higher else min(values)) if differ else None
    cells = tuple(
        Cell(backtest_id=run.backtest_id, value=(value := _value(run, metric)), best=differ and value == best)
        for run in runs
    )
    return Row(metric=metric, higher=higher, cells=cells)


def _ranking(runs: Sequence[Backtest], criteria: Criteria) -> Iterator[Place]:
    scores = {run.backtest_id: _score(run, runs, criteria) for run in runs}
    ordered = sorted(scores.items(), key=lambda item: (item[1] is None, -(item[1] or 0), item[0]))
    given = list(scores.values())
    for rank, (backtest_id, score) in enumerate(ordered, start=1):
        ranked = rank if score is not None else None
        yield Place(
            rank=ranked, backtest_id=backtest_id, score=score, tied=score is not None and given.count(score) > 1
        )


def _score(run: Backtest, runs: Sequence[Backtest], criteria: Criteria) -> Fraction | None:
    """The mean of the run's points; a figure that it lacks and others have earns none. None where it lacks all."""
    used = [c for c in criteria.ranked if any(_value(other, c.metric) is not None for other in runs)]
    points = [_points(run, runs, criterion) for criterion in used]
    if all(point is None for point in points):
        return None
    return sum((point or Fraction(0) for point in points), Fraction(0)) / len(points)


def _points(run: Backtest, runs: Sequence[Backtest], criterion: Criterion) -> Fraction | None:
    """The share of the other runs with this figure that are behind, a tie counting half; 1 where there is no other."""
    own = _value(run, criterion.metric)
    if own is None:
        return None
    others = [v for other in runs if other is not run and (v := _value(other, criterion.metric)) is not None]
    if not others:
        return Fraction(1)
    ahead = sum(own > other if criterion.higher else own < other for other in others)
    return (ahead + Fraction(others.count(own), 2)) / len(others)


_FACTS: tuple[tuple[DifferenceKind, Callable[[Backtest], object]], ...] = (
    (DifferenceKind.PERIOD, lambda run: (run.start, run.end)),
    (DifferenceKind.SYMBOLS, lambda run: frozenset(run.symbols)),
    (DifferenceKind.TIMEFRAME, lambda run: run.timeframe),
    (DifferenceKind.INITIAL_CAPITAL, lambda run: run.initial_capital),
    (DifferenceKind.ENGINE, lambda run: run.source.engine if run.source else None),
)


def _differences(runs: Sequence[Backtest], rows: Sequence[Row]) -> Iterator[Difference]:
    for kind, fact in _FACTS:
        if len({fact(run) for run in runs}) > 1:
            yield Difference(kind=kind)
    lacking: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        without = tuple(cell.backtest_id for cell in row.cells if cell.value is None)
        lacking.setdefault(without, []).append(row.metric)
    for without, metrics in lacking.items():
        if without:
            yield Difference(kind=DifferenceKind.MISSING_METRIC, metrics=tuple(metrics), backtest_ids=without)
