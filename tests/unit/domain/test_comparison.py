from collections.abc import Sequence
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.backtest import Backtest, Source
from domain.comparison import Comparison, ComparisonRequest, DifferenceKind, compare
from domain.errors import InvalidQuestion
from tests.builder_fields import MetricsFields
from tests.builders import a_backtest, some_metrics


def a_run(backtest_id: str, **metrics: float | None) -> Backtest:
    fields: MetricsFields = {**metrics}  # type: ignore[typeddict-item]  # each test names metrics of its own
    return a_backtest(backtest_id=backtest_id, metrics=some_metrics(**fields), initial_capital=None, final_equity=None)


def compared(runs: Sequence[Backtest], *metrics: str, question: str | None = None) -> Comparison:
    ids = tuple(run.backtest_id for run in runs)
    return compare(runs, ComparisonRequest(backtest_ids=ids, metrics=metrics, question=question))


def order(comparison: Comparison) -> list[tuple[int | None, str]]:
    return [(place.rank, place.backtest_id) for place in comparison.ranking]


def test_one_metric_ranks_by_its_values() -> None:
    runs = [a_run("a", sharpe_ratio=0.2), a_run("b", sharpe_ratio=1.5), a_run("c", sharpe_ratio=-0.4)]
    comparison = compared(runs, "sharpe_ratio")
    assert order(comparison) == [(1, "b"), (2, "a"), (3, "c")]
    assert [float(place.score or 0) for place in comparison.ranking] == [1.0, 0.5, 0.0]


def test_less_drawdown_is_better() -> None:
    runs = [a_run("a", max_drawdown=0.3), a_run("b", max_drawdown=0.1)]
    assert order(compared(runs, "max_drawdown")) == [(1, "b"), (2, "a")]


def test_metrics_weigh_the_same_whatever_their_scale() -> None:
    runs = [
        a_run("a", sharpe_ratio=2.0, total_return=0.1, max_drawdown=0.1),
        a_run("b", sharpe_ratio=1.0, total_return=90.0, max_drawdown=0.2),
        a_run("c", sharpe_ratio=0.5, total_return=0.2, max_drawdown=0.3),
    ]
    assert order(compared(runs)) == [(1, "a"), (2, "b"), (3, "c")]


def test_ties_go_by_id_and_are_marked() -> None:
    runs = [a_run("b"), a_run("a"), a_run("c", win_rate=0.1)]
    comparison = compared(runs, "win_rate")
    assert [(place.rank, place.backtest_id, place.tied) for place in comparison.ranking] == [
        (1, "a", True), (2, "b", True), (3, "c", False),
    ]  # fmt: skip


def test_what_is_missing_is_null_and_never_ranks() -> None:
    runs = [a_run("a", win_rate=None), a_run("b", win_rate=0.0), a_run("c", win_rate=0.4)]
    comparison = compared(runs, "win_rate")
    assert order(comparison) == [(1, "c"), (2, "b"), (None, "a")]
    assert [(cell.value, cell.best) for cell in comparison.row("win_rate").cells] == [
        (None, False), (0.0, False), (0.4, True),
    ]  # fmt: skip
    assert comparison.ranking[-1].score is None


def test_one_missing_figure_of_several_earns_nothing() -> None:
    runs = [
        a_run("a", sharpe_ratio=3.0, win_rate=None),
        a_run("b", sharpe_ratio=1.0, win_rate=0.5),
        a_run("c", sharpe_ratio=0.5, win_rate=0.6),
    ]
    scores = {place.backtest_id: place.score for place in compared(runs, "sharpe_ratio", "win_rate").ranking}
    assert scores["a"] == scores["c"] == 0.5
    assert scores["b"] == 0.25


def test_no_best_is_marked_where_all_are_equal_or_alone() -> None:
    runs = [a_run("a", calmar_ratio=None), a_run("b", calmar_ratio=None, win_rate=None), a_run("c")]
    comparison = compared(runs, "calmar_ratio", "sharpe_ratio")
    assert not any(cell.best for row in comparison.rows for cell in row.cells)


def test_rows_are_those_asked_for_or_else_all_that_any_run_has() -> None:
    runs = [a_run("a", win_rate=None), a_run("b", win_rate=None)]
    assert [row.metric for row in compared(runs, "volatility").rows] == ["volatility"]
    named = [row.metric for row in compared(runs, question="승률이 높은 것은?").rows]
    assert named[0] == "win_rate"
    every = [row.metric for row in compared(runs).rows]
    assert "win_rate" not in every
    assert every[:3] == ["sharpe_ratio", "total_return", "max_drawdown"]


def test_what_makes_runs_hard_to_compare_is_said() -> None:
    other = a_backtest(
        backtest_id="b",
        symbols=("AAPL",),
        timeframe="1h",
        start=date(2010, 1, 4),
        initial_capital=None,
        final_equity=None,
        source=Source(engine="freqtrade"),
        metrics=some_metrics(win_rate=None, fees_paid=None),
    )
    differences = compared([a_backtest(backtest_id="a"), other]).differences
    assert {difference.kind for difference in differences} == set(DifferenceKind)
    (missing,) = [d for d in differences if d.kind is DifferenceKind.MISSING_METRIC]
    assert (missing.metrics, missing.backtest_ids) == (("win_rate", "fees_paid"), ("b",))


def test_runs_alike_have_no_differences() -> None:
    assert compared([a_run("a"), a_run("b", sharpe_ratio=2.0)]).differences == ()


@pytest.mark.parametrize(
    ("ids", "fields"),
    [
        ((), {"backtest_ids"}),
        (("a",), {"backtest_ids"}),
        (tuple("abcdef"), {"backtest_ids"}),
        (("a", "b", "a"), {"backtest_ids[2]"}),
        (("a", "a"), {"backtest_ids[1]"}),
    ],
)
def test_two_to_five_different_runs_are_compared(ids: tuple[str, ...], fields: set[str]) -> None:
    with pytest.raises(InvalidQuestion) as refused:
        ComparisonRequest(backtest_ids=ids)
    assert {violation.field for violation in refused.value.violations} == fields


def test_everything_wrong_with_a_request_is_named_at_once() -> None:
    with pytest.raises(InvalidQuestion) as refused:
        ComparisonRequest(backtest_ids=("a",), metrics=("beauty",), question=" ")
    assert {v.field for v in refused.value.violations} == {"backtest_ids", "metrics[0]", "question"}


VALUES = st.one_of(st.none(), st.floats(-5, 5), st.integers(-2, 2).map(float))


@given(values=st.lists(st.tuples(VALUES, VALUES), min_size=2, max_size=5))
def test_a_ranking_depends_on_the_runs_and_not_on_their_order(
    values: list[tuple[float | None, float | None]],
) -> None:
    runs = [a_run(f"r{i}", sharpe_ratio=s, sortino_ratio=t) for i, (s, t) in enumerate(values)]
    rankings = {compared(list(mixed), "sharpe_ratio", "sortino_ratio").ranking for mixed in permutations(runs)}
    (ranking,) = rankings
    scores = [place.score for place in ranking if place.score is not None]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert [place.rank for place in ranking if place.rank is not None] == list(range(1, len(scores) + 1))


@given(values=st.lists(st.floats(-5, 5), min_size=2, max_size=5, unique=True))
def test_who_is_ahead_in_all_criteria_is_first(values: list[float]) -> None:
    runs = [a_run(f"r{i}", sharpe_ratio=v, sortino_ratio=v) for i, v in enumerate(values)]
    first = compared(runs, "sharpe_ratio", "sortino_ratio").ranking[0]
    assert first.backtest_id == f"r{values.index(max(values))}"
    assert first.score == 1
