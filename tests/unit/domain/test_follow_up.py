from dataclasses import replace

import pytest

from domain.follow_up import follow_up, order_in
from domain.ordering import Order
from tests.builders import a_backtest, a_turn, some_metrics

ABOUT_GOOG = a_turn(question="GOOG에서 RSI 과매도 반등은 어땠어?", topic="GOOG에서 RSI 과매도 반등은 어땠어?")


def carried(question: str) -> set[str]:
    return {condition.field for condition in follow_up(question, ABOUT_GOOG).carried}


def test_a_first_question_stands_for_itself() -> None:
    first = follow_up("GOOG 전략", None)
    assert (first.query, first.topic, first.carried) == ("GOOG 전략", "GOOG 전략", ())


@pytest.mark.parametrize(
    "question", ["그중에서 낙폭이 가장 작은 건?", "which one has the lowest drawdown?", "왜 그런 거야?"]
)
def test_a_question_without_conditions_inherits_them_and_the_words(question: str) -> None:
    understood = follow_up(question, ABOUT_GOOG)
    assert "symbols" in carried(question)
    assert understood.query.startswith(question)
    assert "과매도" in understood.query
    assert understood.topic == ABOUT_GOOG.topic


@pytest.mark.parametrize("question", ["MSFT는?", "and on MSFT?"])
def test_conditions_alone_inherit_the_words_only(question: str) -> None:
    understood = follow_up(question, ABOUT_GOOG)
    assert understood.carried == ()
    assert "과매도" in understood.query
    assert "GOOG" not in understood.query


def test_what_was_inherited_is_inherited_further() -> None:
    second = follow_up("낙폭이 가장 작은 건?", ABOUT_GOOG)
    third = follow_up("샤프가 가장 높은 건?", replace(ABOUT_GOOG, question="낙폭이 가장 작은 건?", topic=second.topic))
    assert third.carried == second.carried


def test_a_whole_question_inherits_nothing() -> None:
    understood = follow_up("AAPL에서 MACD 추세추종은 어땠어?", ABOUT_GOOG)
    assert (understood.query, understood.carried) == ("AAPL에서 MACD 추세추종은 어땠어?", ())


def test_what_would_grow_too_long_is_asked_as_it_is() -> None:
    question = "왜? " * 1_333
    assert follow_up(question, ABOUT_GOOG).query == question


@pytest.mark.parametrize(
    ("text", "metric", "first"),
    [
        ("낙폭이 가장 작은", "max_drawdown", "lowest"),
        ("lowest drawdown", "max_drawdown", "lowest"),
        ("worst drawdown", "max_drawdown", "highest"),
        ("best drawdown", "max_drawdown", "lowest"),
        ("샤프가 가장 높은", "sharpe_ratio", "highest"),
        ("최악의 샤프", "sharpe_ratio", "lowest"),
        ("연 수익률이 가장 높은", "annual_return", "highest"),
        ("거래가 가장 적은", "trade_count", "lowest"),
    ],
)
def test_a_superlative_is_an_order(text: str, metric: str, first: str) -> None:
    assert order_in(text) == Order(field=metric, descending=first == "highest")


@pytest.mark.parametrize("text", ["가장 좋은", "샤프", "", "the newest"])
def test_what_names_no_metric_or_no_end_is_no_order(text: str) -> None:
    assert order_in(text) is None


def test_runs_are_ordered_and_those_without_the_metric_left_out() -> None:
    runs = [
        a_backtest(backtest_id=f"bt-{sharpe}", metrics=some_metrics(sharpe_ratio=sharpe))
        for sharpe in (0.5, None, 1.5, -1.0)
    ]
    highest = Order(field="sharpe_ratio", descending=True).ordered(runs)
    lowest = Order(field="sharpe_ratio", descending=False).ordered(runs)
    assert [run.backtest_id for run in highest] == ["bt-1.5", "bt-0.5", "bt--1.0"]
    assert lowest == highest[::-1]


def test_the_reader_is_told_what_was_carried_ordered_and_left_out() -> None:
    understood = follow_up("그중에서 낙폭이 가장 작은 건?", ABOUT_GOOG)
    notes = understood.notes(("낙폭이 가장 작은", "요즘 뜨는"))
    assert notes[0].startswith("carried over: symbols in GOOG")
    assert notes[1:] == ("ordered by max_drawdown, lowest first", "not applied: 요즘 뜨는")
