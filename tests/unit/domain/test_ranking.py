from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.backtest import StrategyType
from domain.filters import Filter, FilterOp
from domain.indicators import IndicatorKind
from domain.ranking import (
    Evidence,
    Family,
    Placed,
    Tuning,
    asks_for_a_family,
    fused,
    has_answer,
    names_a_strategy,
    numbers_in,
    says_more_than_when,
    spread_out,
    without_threshold,
)
from tests.builders import a_backtest, a_tested_strategy

RSI = (IndicatorKind.RSI,)
GOOG = Filter(field="symbols", op=FilterOp.IN, value=("GOOG",))
WITH_RSI = Filter(field="indicators", op=FilterOp.IN, value=("rsi",))
names = st.lists(st.sampled_from("abcdefghij"), unique=True)
E5 = "multilingual-e5-small"


def ranking(*card_ids: str) -> list[Placed]:
    return [Placed(card_id=card_id, score=-float(place)) for place, card_id in enumerate(card_ids)]


def order(scores: dict[str, float]) -> list[str]:
    return sorted(scores, key=lambda card_id: (-scores[card_id], card_id))


def test_what_is_high_in_both_rankings_comes_first() -> None:
    scores = fused([(1.0, ranking("a", "b", "c")), (1.0, ranking("b", "d"))], rank_offset=20)
    assert order(scores) == ["b", "a", "d", "c"]


def test_the_first_in_every_ranking_scores_one() -> None:
    assert fused([(0.3, ranking("a", "b")), (2.0, ranking("a"))], rank_offset=5)["a"] == pytest.approx(1.0)


def test_a_heavier_ranking_decides() -> None:
    near, words = ranking("a", "b"), ranking("b", "a")
    assert order(fused([(1.0, near), (2.0, words)], rank_offset=20)) == ["b", "a"]
    assert order(fused([(2.0, near), (1.0, words)], rank_offset=20)) == ["a", "b"]


def test_equal_scores_share_a_rank() -> None:
    tied = [Placed(card_id="a", score=0.9), Placed(card_id="b", score=0.9), Placed(card_id="c", score=0.1)]
    scores = fused([(1.0, tied)], rank_offset=0)
    assert scores == {"a": 1.0, "b": 1.0, "c": pytest.approx(1 / 3)}


@given(near=names, words=names, offset=st.integers(0, 60), weight=st.sampled_from((0.0, 0.5, 1.0)))
def test_fusion_holds_what_the_rankings_hold_and_keeps_the_order_on_which_they_agree(
    near: list[str], words: list[str], offset: int, weight: float
) -> None:
    scores = fused([(1.0, ranking(*near)), (weight, ranking(*words))], rank_offset=offset)
    assert set(scores) == set(near) | (set(words) if weight else set())
    assert all(0 < score <= 1 + 1e-9 for score in scores.values())
    for first, second in pairwise(near):
        if first in words and second in words and words.index(first) < words.index(second):
            assert scores[first] > scores[second]


def family(name: str) -> Family:
    run = a_backtest(symbols=(name[0],))
    return Family.of(run, RSI)


def test_what_is_too_much_alike_comes_after_the_first_places() -> None:
    items = ["a1", "a2", "a3", "b1", "a4", "c1", "d1", "b2"]
    assert spread_out(items, family, most=2, places=5) == ["a1", "a2", "b1", "c1", "d1", "a3", "a4", "b2"]


def test_where_nothing_else_is_left_a_family_keeps_its_places() -> None:
    assert spread_out(["a1", "a2", "a3", "b1"], family, most=2, places=5) == ["a1", "a2", "b1", "a3"]
    assert spread_out(["a1", "a2", "a3"], family, most=None, places=5) == ["a1", "a2", "a3"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)).map(lambda p: f"{p[0]}{p[1]}"), unique=True))
def test_spreading_out_loses_nothing_and_keeps_the_order_within_a_family(items: list[str]) -> None:
    spread = spread_out(items, family, most=2, places=5)
    assert sorted(spread) == sorted(items)
    for letter in "abc":
        assert [x for x in spread if x[0] == letter] == [x for x in items if x[0] == letter]
    most = [min(2, sum(item[0] == letter for item in items)) for letter in "abc"]
    if sum(most) >= 5:
        assert all(sum(item[0] == letter for item in spread[:5]) <= 2 for letter in "abc")


def test_variants_are_of_one_family_whatever_their_parameters_and_names() -> None:
    run = a_backtest()
    other = replace(run, strategy=a_tested_strategy(name="RSI 2번째", parameters={"length": 7}))
    assert Family.of(run, RSI).is_of(Family.of(other, RSI))


@pytest.mark.parametrize(
    "other",
    [
        replace(a_backtest(), symbols=("AAPL",)),
        replace(a_backtest(), start=date(2012, 1, 1), end=date(2020, 1, 1)),
        replace(a_backtest(), strategy=a_tested_strategy(type=StrategyType.BREAKOUT)),
    ],
)
def test_another_symbol_period_or_type_is_another_family(other: object) -> None:
    assert isinstance(other, type(a_backtest()))
    assert not Family.of(a_backtest(), RSI).is_of(Family.of(other, RSI))


def test_runs_of_unknown_indicators_are_of_one_family_by_their_name() -> None:
    runs = [
        a_backtest(strategy=a_tested_strategy(name=name, indicators=())) for name in ("칼만  필터", "칼만 필터", "비밀")
    ]
    first, same, other = (Family.of(run, ()) for run in runs)
    assert first.is_of(same)
    assert not first.is_of(other)


def test_a_part_of_the_days_is_of_the_family_of_the_whole() -> None:
    whole, part = a_backtest(), replace(a_backtest(), start=date(2008, 1, 1), end=date(2009, 1, 1))
    assert Family.of(part, RSI).is_of(Family.of(whole, RSI))


def test_a_family_is_asked_for_by_strategy_and_symbol_together() -> None:
    without_goog = Filter(field="symbols", op=FilterOp.NOT_IN, value=("GOOG",))
    assert asks_for_a_family([GOOG, WITH_RSI], ())
    assert asks_for_a_family([GOOG], (StrategyType.BREAKOUT,))
    assert not asks_for_a_family([GOOG], ())
    assert not asks_for_a_family([WITH_RSI], (StrategyType.BREAKOUT,))
    assert not asks_for_a_family([without_goog, WITH_RSI], ())


def test_an_answer_needs_words_that_stand_there_or_a_meaning_that_is_near_beyond_doubt() -> None:
    tuning = Tuning(least_known=0.5, sure_similarity={E5: 0.87})
    assert has_answer(Evidence(known=0.5, similarity=0.1, model_id=E5), tuning)
    assert has_answer(Evidence(known=0.0, similarity=0.87, model_id=E5), tuning)
    assert not has_answer(Evidence(known=0.4, similarity=0.86, model_id=E5), tuning)
    assert not has_answer(Evidence(known=0.4, similarity=None, model_id=E5), tuning)
    assert not has_answer(Evidence(known=0.4, similarity=0.99, model_id="another"), tuning)
    assert has_answer(Evidence(known=0.0, similarity=None, model_id=E5), without_threshold(tuning))


def test_a_described_strategy_and_met_conditions_have_an_answer_whatever_the_words() -> None:
    tuning = Tuning(least_known=0.6, least_likely=0.5, known_counts=0.5, sure_similarity={})
    nothing = Evidence(known=0.0, similarity=0.9, model_id=E5)
    assert not has_answer(nothing, tuning)
    assert has_answer(replace(nothing, likely=0.5), tuning)
    assert not has_answer(replace(nothing, likely=0.4), tuning)
    assert has_answer(replace(nothing, likely=0.4, known=0.2), tuning)
    assert has_answer(replace(nothing, met=True), tuning)


def test_what_is_named_and_absent_has_no_answer_unless_anything_will_do() -> None:
    evidence = Evidence(known=1.0, similarity=0.9, model_id=E5, likely=1.0, met=True, absent=True)
    assert not has_answer(evidence, Tuning())
    assert has_answer(evidence, Tuning(strict_names=False))
    assert has_answer(evidence, without_threshold(Tuning()))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("RSI 14, 과매도 30", {14, 30}),
        ("20-day Donchian", {20}),
        ("표준편차 2.5배", {2.5}),
        ("50%와 30퍼센트, 2008년, 1,000 달러", set()),
        ("since 2008", set()),
        ("", set()),
    ],
)
def test_numbers_that_may_be_parameters_are_no_percentages_and_no_years(text: str, numbers: set[float]) -> None:
    assert numbers_in(text) == numbers


def test_a_condition_on_time_alone_says_nothing_of_what_is_asked_for() -> None:
    since = Filter(field="start", op=FilterOp.GE, value="2008-01-01")
    assert not says_more_than_when([since])
    assert says_more_than_when([since, GOOG])
    assert not names_a_strategy([since, GOOG])
    assert names_a_strategy([WITH_RSI])
