import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.drafting import draft_strategy
from domain.idea import read_idea
from domain.language import Language
from domain.strategy_rules import implies
from domain.vocabulary import ALL_FORMS
from tests.builders import a_backtest
from tests.strategy_requests import written
from tests.unit.domain.stated_cases import STATED, Stated

SCALES = (1, 5, 21, 252, 0.01, 0.0001, 1_000, 1_000_000)
"""What a unit behind a number may make of it: weeks, months and years in bars, shares, thousands and millions."""


@pytest.mark.parametrize("stated", STATED, ids=lambda stated: stated.request)
def test_what_is_stated_is_what_is_drafted(stated: Stated) -> None:
    draft = draft_strategy(read_idea(stated.request), examples=(), language=Language.ENGLISH)
    spec = draft.strategy
    assert spec.direction == stated.direction
    assert written(spec.entry) == set(stated.entry.split(" & "))
    if stated.exit is not None:
        assert written(spec.exit) == set(stated.exit.split(" & "))
    assert set(stated.numbers) <= spec.numbers()
    assert draft.unplaced == stated.told
    assert stated.absent not in {str(indicator.kind) for indicator in spec.indicators}


@pytest.mark.parametrize("stated", STATED, ids=lambda stated: stated.request)
def test_an_example_changes_nothing_of_what_is_stated(stated: Stated) -> None:
    spec = draft_strategy(read_idea(stated.request), examples=(a_backtest(),), language=Language.ENGLISH).strategy
    assert spec.direction == stated.direction
    if stated.exit is not None:
        assert written(spec.exit) == set(stated.exit.split(" & "))


def test_a_time_to_leave_by_is_a_count_of_bars() -> None:
    for request in ("exit after 7 bars, RSI below 30", "RSI 30 아래면 사고 7일 뒤 청산", "sell 7 days later, RSI < 30"):
        idea = read_idea(request)
        assert idea.risk.max_holding_bars == 7
        assert idea.unplaced == ()


def test_a_planned_loss_is_no_size_of_a_position() -> None:
    for request in ("risk 2% per trade", "1% risk per trade", "거래당 리스크 2%", "risking 1% of equity"):
        idea = read_idea(f"RSI on AAPL, {request}")
        assert idea.risk.position_fraction is None
        assert idea.unplaced == (request,)


@pytest.mark.parametrize("request_", ["MACD on AAPL, overbought 57", "돈치안 31 과매수 57"])
def test_a_level_that_no_indicator_of_the_strategy_takes_is_told(request_: str) -> None:
    draft = draft_strategy(read_idea(request_), examples=(), language=Language.ENGLISH)
    assert 57 in draft.strategy.numbers() or draft.unplaced == ("57",)


def test_a_korean_listing_is_a_symbol_by_its_six_digits() -> None:
    assert read_idea("005930 RSI 전략").symbols == ("005930",)
    assert read_idea("RSI on 000660.KS").symbols == ("000660.KS",)
    assert read_idea("RSI with 1000000").symbols == ()


@given(
    st.lists(
        st.tuples(st.sampled_from(ALL_FORMS), st.integers(31, 97)), min_size=1, max_size=5, unique_by=lambda p: p[1]
    ),
    st.sampled_from([" ", ", ", ". ", "이고 "]),
)
@settings(deadline=None, max_examples=400)
def test_every_number_of_a_request_is_in_the_strategy_or_told(pairs: list[tuple[str, int]], between: str) -> None:
    request = between.join(f"{form} {number}" for form, number in pairs)
    draft = draft_strategy(read_idea(request), examples=(), language=Language.ENGLISH)
    told = " ".join(draft.unplaced)
    used = {round(abs(value), 6) for value in draft.strategy.numbers()}
    for _, number in pairs:
        assert str(number) in told or any(round(number * scale, 6) in used for scale in SCALES), request


@given(st.lists(st.sampled_from([word for stated in STATED for word in stated.request.split()]), max_size=14))
@settings(deadline=None, max_examples=400)
def test_no_shuffled_request_makes_a_strategy_that_leaves_as_it_enters(pieces: list[str]) -> None:
    spec = draft_strategy(read_idea(" ".join(pieces)), examples=(), language=Language.ENGLISH).strategy
    assert not any(implies(held, leave) for held in spec.entry.conditions for leave in spec.exit.conditions)
