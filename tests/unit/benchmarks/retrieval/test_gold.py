"""Which runs answer a question, held against what one sees at a look."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.retrieval.corpus import Run, corpus
from benchmarks.retrieval.gold import grade, kinds_called, meets
from benchmarks.retrieval.meaning import Condition, Relevance
from benchmarks.retrieval.service import backtest_of
from domain.filters import Filter, FilterOp
from tests.unit.benchmarks.retrieval.things import a_gold, a_run, a_silent, bound

RUNS = corpus()


@pytest.mark.parametrize(
    ("field", "op", "value", "met"),
    [
        ("sharpe_ratio", ">=", 1.0, True),
        ("sharpe_ratio", ">", 1.0, False),
        ("sharpe_ratio", "<=", 0.99, False),
        ("trade_count", "=", 10, True),
        ("trade_count", "!=", 10, False),
        ("volatility", "<", 9, False),
        ("volatility", "!=", 9, False),
        ("symbols", "in", ("AAPL", "goog"), True),
        ("symbols", "not_in", ("AAPL",), True),
        ("start", "<=", date(2005, 1, 3), True),
        ("end", "<", date(2009, 12, 31), False),
        ("parameters.length", "=", 14, True),
        ("parameters.slow", ">", 1, False),
        ("strategy_type", "=", "mean_reversion", True),
    ],
)
def test_a_condition_is_met_by_what_the_record_says(field: str, op: str, value: object, *, met: bool) -> None:
    run = a_run(parameters={"length": 14})
    assert meets(run, Condition(field=field, op=op, value=value)) is met  # type: ignore[arg-type]  # any kind of value


@settings(max_examples=200)
@given(
    run=st.sampled_from(RUNS[::7]),
    field=st.sampled_from(
        ["total_return", "sharpe_ratio", "max_drawdown", "trade_count", "volatility", "start", "end"]
    ),
    op=st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    like=st.sampled_from([run for run in RUNS[::11] if run.record["metrics"].get("volatility")]),
)
def test_a_condition_means_what_it_means_in_a_search(run: Run, field: str, op: str, like: Run) -> None:
    value = like.record.get(field) or like.record["metrics"][field]
    ours = Condition(field=field, op=op, value=date.fromisoformat(value) if isinstance(value, str) else value)
    theirs = Filter(field=field, op=FilterOp(op), value=value)
    assert meets(run, ours) is theirs.matches(backtest_of(run))


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("RSI(14)", ("rsi",)),
        ("Bollinger Bands", ("bollinger",)),
        ("Z-Score", ("zscore",)),
        ("VOLUME_SMA(20)", ("volume_sma",)),
        ("momentum", ("roc",)),
        ("moon phase", ()),
    ],
)
def test_an_indicator_is_known_however_an_engine_writes_it(name: str, kinds: tuple[str, ...]) -> None:
    assert kinds_called(name) == kinds


def test_what_must_come_must_not_come_and_may_come_are_told_apart() -> None:
    gold = a_gold(
        a_run("says so"), a_run("other", kinds=("macd",)), a_silent("silent"),
        a_silent("silent other", kinds=("macd",)), kinds=["rsi"],
    )  # fmt: skip
    assert dict(gold.verdicts) == {"says so": True, "other": False, "silent": None, "silent other": False}
    assert (set(gold.required), set(gold.open)) == ({"says so"}, {"silent"})
    assert gold.grades == {"says so": 3, "other": 0, "silent other": 0}


def test_what_must_not_be_used_leaves_silent_records_open_as_well() -> None:
    gold = a_gold(
        a_run("uses it"), a_run("other", kinds=("macd",)), a_silent("silent"),
        a_silent("silent other", kinds=("macd",)), without_kinds=["rsi"],
    )  # fmt: skip
    assert dict(gold.verdicts) == {"uses it": False, "other": True, "silent": False, "silent other": None}


def test_a_type_that_the_record_leaves_out_is_open_where_it_is_true() -> None:
    says, silent, other = a_run("says so"), a_silent("silent"), a_silent("silent other", type="breakout")
    gold = a_gold(says, silent, other, types=["mean_reversion"])
    assert dict(gold.verdicts) == {"says so": True, "silent": None, "silent other": False}


LIKE = Relevance(
    kinds=frozenset({"rsi"}), types=frozenset({"mean_reversion"}), symbols=frozenset({"goog"}), period=(2008, 2008)
)


@pytest.mark.parametrize(
    ("like", "expected"),
    [
        (a_run(), 3),
        (a_run(start="2009-01-01"), 2),
        (a_run(symbol="IBM", start="2009-01-01"), 2),
        (a_run(kinds=("macd",), symbol="IBM", start="2009-01-01"), 1),
        (a_run(kinds=("macd",), type="breakout"), 0),
    ],
)
def test_a_grade_says_in_how_many_ways_a_run_is_like_what_is_meant(like: Run, expected: int) -> None:
    assert grade(like, LIKE) == expected


def test_without_a_kind_or_type_all_ways_are_3_and_any_is_2() -> None:
    like = Relevance(symbols=frozenset({"goog"}), parameters={"length": 14})
    assert grade(a_run(parameters={"length": 14}), like) == 3
    assert grade(a_run(parameters={"length": 7}), like) == 2
    assert grade(a_run(symbol="IBM", parameters={"length": 7}), like) == 0


def test_an_order_wants_its_first_and_all_that_tie_with_the_last_of_them() -> None:
    runs = [a_run(f"r{number}", metrics={"sharpe_ratio": value}) for number, value in enumerate((1, 3, 2, 2, None))]
    gold = a_gold(*runs, kind="order", order={"field": "sharpe_ratio", "descending": True}, limit=2)
    assert gold.grades == {"r0": 0, "r1": 3, "r2": 3, "r3": 3, "r4": 0}


def test_a_mixed_question_grades_only_what_meets_its_conditions() -> None:
    gold = a_gold(
        a_run("both"), a_run("poor", metrics={"sharpe_ratio": 0.5}), a_run("unlike", kinds=("macd",), type="breakout"),
        kind="mixed", filters=[bound("sharpe_ratio", ">=", 1)], relevance={"kinds": ["rsi"]},
    )  # fmt: skip
    assert gold.grades == {"both": 3, "poor": 0, "unlike": 0}


def test_a_question_without_an_answer_has_no_relevant_run() -> None:
    gold = a_gold(a_run(), kind="no_answer", filters=[bound("sharpe_ratio", ">", 9)])
    assert (dict(gold.grades), gold.is_answered, gold.is_possible) == ({"bt-1": 0}, False, False)


def test_dates_are_sorted_as_dates() -> None:
    early, late = a_run("early", start="2001-01-01"), a_run("late", start="2006-01-01")
    gold = a_gold(late, early, kind="order", order={"field": "start", "descending": False})
    assert gold.figures["early"] == datetime(2001, 1, 1).timestamp() < gold.figures["late"]  # noqa: DTZ001  # as read
