import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.backtest import Backtest, StrategyType
from domain.drafting import DEFAULT_SYMBOL, Borrowed, Draft, draft_strategy
from domain.drafting_parts import kinds_of
from domain.explanation import explain
from domain.idea import read_idea
from domain.indicators import IndicatorKind
from domain.language import Language, language_of
from domain.strategy import ConditionOp, Direction, Match, StrategySpec
from domain.vocabulary import ALL_FORMS
from domain.vocabulary_parameters import PARAMETER_NAMES
from tests.builders import a_backtest, a_tested_strategy, some_metrics
from tests.strategy_requests import BENCHMARKS, Wanted, the_requests
from tests.unit.domain.drafting_cases import CASES

PIECES = (
    *ALL_FORMS, "14", "30", "70", "5%", "1.5", "-2", "12/26/9", "2표준편차", "50-day", "20일", "0", "9999", "GOOG", "(",
    ")", ",", ".", "에서", "로", "이고", "2008년", "length=14", "fast=12", "3주", "１０", "−5%", "60%", "1", "2",
)  # fmt: skip
requests = st.one_of(
    st.text(),
    st.builds(
        lambda pieces, glue: glue.join(pieces),
        st.lists(st.sampled_from(PIECES), max_size=14),
        st.sampled_from(["", " "]),
    ),
)
runs = st.builds(
    lambda kind, type_, indicators, parameters, sharpe: a_backtest(
        backtest_id=kind,
        strategy=a_tested_strategy(name=kind, type=type_, indicators=tuple(indicators), parameters=parameters),
        metrics=some_metrics(sharpe_ratio=sharpe),
        timeframe=None if sharpe is None else "1d",
    ),
    st.sampled_from(["bt-1", "bt-2", "MACD 교차"]),
    st.one_of(st.none(), st.sampled_from(StrategyType)),
    st.lists(st.sampled_from([*IndicatorKind, "RSI", "bbands", "adx", "SMA(20)"]), max_size=3),
    st.dictionaries(
        st.sampled_from(sorted(PARAMETER_NAMES)),
        st.one_of(st.integers(-5, 300), st.floats(-5, 600), st.booleans(), st.sampled_from(["close", ""])),
        max_size=5,
    ),
    st.one_of(st.none(), st.floats(-3, 3)),
)


def drafted(request: str, *examples: Backtest) -> Draft:
    return draft_strategy(read_idea(request), examples=examples, language=language_of(request))


def kinds_in(spec: StrategySpec) -> set[str]:
    return {str(indicator.kind) for indicator in spec.indicators}


def numbers_in(spec: StrategySpec) -> frozenset[float]:
    return spec.numbers()


@pytest.mark.parametrize(("request_", "kinds", "symbols", "numbers"), CASES, ids=[case[0] for case in CASES])
def test_a_draft_is_on_request(
    request_: str, kinds: tuple[str, ...], symbols: tuple[str, ...], numbers: tuple[float, ...]
) -> None:
    spec = drafted(request_).strategy
    assert set(kinds) <= kinds_in(spec)
    assert set(numbers) <= numbers_in(spec)
    if symbols:
        assert spec.symbols == symbols


@pytest.mark.parametrize(
    "wanted",
    [wanted for file in sorted(BENCHMARKS.glob("strategy_requests*.yaml")) for wanted in the_requests(file.name)],
    ids=lambda wanted: wanted.request,
)
def test_the_benchmark_requests_are_drafted_on_request(wanted: Wanted) -> None:
    assert wanted.failings_of(drafted(wanted.request, a_backtest()).strategy) == []


@given(requests, st.lists(runs, max_size=3), st.sampled_from(Language))
@settings(deadline=None, max_examples=300)
def test_any_text_with_any_examples_gives_a_valid_strategy(
    text: str, examples: list[Backtest], language: Language
) -> None:
    idea = read_idea(text)
    draft = draft_strategy(idea, examples=examples, language=language)
    assert draft == draft_strategy(idea, examples=examples, language=language)
    assert explain(draft.strategy, language=language, borrowed=draft.borrowed)
    assert {lent.backtest_id for lent in draft.borrowed} <= {run.backtest_id for run in examples}


@given(st.lists(st.sampled_from(PIECES), max_size=10), st.sampled_from(["", " "]))
@settings(deadline=None, max_examples=300)
def test_no_stated_parameter_vanishes(pieces: list[str], between: str) -> None:
    idea = read_idea(between.join(pieces))
    draft = draft_strategy(idea, examples=(), language=Language.ENGLISH)
    left = " ".join(draft.unplaced)
    stated = {value for indicator in idea.indicators for value in indicator.params.values()}
    for value in stated | {level.value for level in idea.levels}:
        assert value in numbers_in(draft.strategy) or -value in numbers_in(draft.strategy) or f"{value:g}" in left


def test_what_is_left_open_comes_from_the_first_run_with_the_indicator() -> None:
    other = a_backtest(backtest_id="bt-1", strategy=a_tested_strategy(indicators=("macd",), parameters={"fast": 8}))
    run = a_backtest(
        backtest_id="bt-2", strategy=a_tested_strategy(indicators=("RSI",), parameters={"rsi_period": 9, "lower": 25})
    )
    draft = drafted("RSI strategy on GOOG", other, run)
    assert {9.0, 25.0, 70.0} <= numbers_in(draft.strategy)
    assert Borrowed(backtest_id="bt-2", what="rsi.length", value=9.0) in draft.borrowed
    assert Borrowed(backtest_id="bt-2", what="rsi.lower", value=25.0) in draft.borrowed


def test_a_stated_number_wins_over_a_borrowed_one() -> None:
    draft = drafted("RSI 21 on GOOG", a_backtest())
    assert draft.strategy.indicators[0].params["length"] == 21
    assert "rsi.length" not in {lent.what for lent in draft.borrowed}


def test_a_parameter_that_is_out_of_our_range_is_not_borrowed() -> None:
    run = a_backtest(strategy=a_tested_strategy(parameters={"length": 9_000, "oversold": 140}))
    draft = drafted("RSI on GOOG", run)
    assert {14.0, 30.0, 70.0} <= numbers_in(draft.strategy)


def test_a_symbol_nobody_names_comes_from_the_nearest_run_and_else_is_the_index() -> None:
    assert drafted("RSI", a_backtest(symbols=("IBM",))).strategy.symbols == ("IBM",)
    assert drafted("RSI").strategy.symbols == (DEFAULT_SYMBOL,)


def test_a_vague_request_follows_the_best_of_the_nearest_runs() -> None:
    weak = a_backtest(backtest_id="weak", metrics=some_metrics(sharpe_ratio=0.1))
    strong = a_backtest(
        backtest_id="strong",
        strategy=a_tested_strategy(type=StrategyType.MOMENTUM, indicators=("roc",), parameters={"length": 120}),
        metrics=some_metrics(sharpe_ratio=1.4),
    )
    draft = drafted("뭔가 안정적인 전략", weak, strong)
    assert kinds_in(draft.strategy) == {"roc"}
    assert draft.strategy.type is StrategyType.MOMENTUM
    assert Borrowed(backtest_id="strong", what="family", value="momentum") in draft.borrowed


def test_a_sideways_market_asks_for_mean_reversion() -> None:
    assert drafted("횡보장에서 통할 전략").strategy.type is StrategyType.MEAN_REVERSION
    assert drafted("something for a sideways market").strategy.type is StrategyType.MEAN_REVERSION


def test_two_indicators_must_agree_to_enter() -> None:
    spec = drafted("RSI와 볼린저를 함께 쓰는 GOOG 전략").strategy
    assert spec.entry.match is Match.ALL
    assert {str(c.left) for c in spec.entry.conditions} == {"rsi", "close"}


def test_a_filter_asks_on_which_side_the_price_is() -> None:
    spec = drafted("MACD with a 200-day SMA filter").strategy
    assert [(c.left, c.op, c.right) for c in spec.entry.conditions] == [
        ("macd.line", ConditionOp.CROSSES_ABOVE, "macd.signal"),
        ("close", ConditionOp.GT, "sma_200"),
    ]


@pytest.mark.parametrize(
    "request_",
    [
        "RSI on AAPL, period 9, get in under 35 and get out over 60",
        "애플 RSI 9가 35 밑으로 빠지면 담고 60 위로 오르면 던지는 전략",
        "RSI 9 on AAPL, 35 oversold, 60 overbought",
        "AAPL RSI 9 과매도 35 과매수 60",
    ],
)
def test_a_level_enters_or_leaves_as_it_was_said(request_: str) -> None:
    spec = drafted(request_).strategy
    assert [(c.left, c.op, c.right) for c in spec.entry.conditions] == [("rsi", ConditionOp.LT, 35)]
    assert [(c.left, c.op, c.right) for c in spec.exit.conditions] == [("rsi", ConditionOp.GT, 60)]


def test_an_indicator_that_is_ruled_out_by_its_use_is_not_in_the_strategy() -> None:
    draft = drafted("EMA 20/50 on MSFT, ATR(14) 필터 말고 손절 10%만")
    assert kinds_in(draft.strategy) == {"ema"}
    assert draft.unplaced == ("14",)


def test_spans_the_wrong_way_round_are_sorted_out() -> None:
    assert drafted("MACD 26/12/9").strategy.indicators[0].params == {"fast": 12, "slow": 26, "signal": 9}
    assert [i.id for i in drafted("이동평균 200일과 50일").strategy.indicators] == ["sma_50", "sma_200"]


def test_a_number_out_of_range_is_told_and_not_changed() -> None:
    draft = drafted("RSI 900 on GOOG")
    assert draft.unplaced == ("900",)
    assert draft.strategy.indicators[0].params["length"] == 14


def test_an_indicator_our_strategies_do_not_know_is_told() -> None:
    assert drafted("ADX와 RSI를 쓰는 전략").unplaced == ("ADX",)


def test_a_short_strategy_sells_what_is_overbought() -> None:
    spec = drafted("RSI로 GOOG 공매도 전략").strategy
    assert spec.direction is Direction.SHORT
    assert [(c.op, c.right) for c in spec.entry.conditions] == [(ConditionOp.GT, 70)]
    assert [(c.op, c.right) for c in spec.exit.conditions] == [(ConditionOp.LT, 30)]


def test_an_example_without_a_list_of_indicators_is_known_by_its_name() -> None:
    assert kinds_of(a_tested_strategy(name="MACD 교차", indicators=())) == (IndicatorKind.MACD,)
