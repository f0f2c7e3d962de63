import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.backtest import StrategyType
from domain.idea import IndicatorIdea, Level, RiskIdea, read_idea
from domain.indicators import IndicatorKind
from domain.strategy import ConditionOp, Direction


def test_thresholds_know_whether_they_enter_or_leave() -> None:
    idea = read_idea("RSI 14로 GOOG를 30 이하에서 매수, 70 이상에서 매도")
    assert idea.indicators == (IndicatorIdea(kind=IndicatorKind.RSI, params={"length": 14}),)
    assert idea.levels == (
        Level(kind=IndicatorKind.RSI, op=ConditionOp.LE, value=30, enters=True),
        Level(kind=IndicatorKind.RSI, op=ConditionOp.GE, value=70, enters=False),
    )


def test_in_english_the_action_comes_before_its_threshold() -> None:
    idea = read_idea("buy IBM when RSI is below 30 and sell when it is over 65")
    assert [(level.op, level.value, level.enters) for level in idea.levels] == [
        (ConditionOp.LT, 30, True),
        (ConditionOp.GT, 65, False),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("이동평균 20일과 60일", [("sma", {"length": 20}), ("sma", {"length": 60})]),
        ("20일과 60일 이동평균", [("sma", {"length": 20}), ("sma", {"length": 60})]),
        ("SMA(50,200)", [("sma", {"length": 50}), ("sma", {"length": 200})]),
        ("EMA12 EMA26", [("ema", {"length": 12}), ("ema", {"length": 26})]),
        ("MACD 12/26/9", [("macd", {"fast": 12, "slow": 26, "signal": 9})]),
        ("MACD 12-26-9", [("macd", {"fast": 12, "slow": 26, "signal": 9})]),
        ("MACD(12, 26, 9)", [("macd", {"fast": 12, "slow": 26, "signal": 9})]),
        ("볼린저 밴드 20일 2표준편차", [("bollinger", {"length": 20, "deviations": 2})]),
        ("Bollinger bands (20, 2.5)", [("bollinger", {"length": 20, "deviations": 2.5})]),
        ("20-day breakout", [("donchian", {"length": 20})]),
        ("52주 신고가", [("donchian", {"length": 260})]),
        ("12개월 모멘텀", [("roc", {"length": 252})]),
        ("RSI14와 200일선", [("rsi", {"length": 14}), ("sma", {"length": 200})]),
        ("RSI 말고 MACD", [("macd", {})]),
        ("골든크로스", [("sma", {})]),
        ("MACD 골든크로스", [("macd", {})]),
    ],
)
def test_numbers_go_to_their_indicator(text: str, expected: list[tuple[str, dict[str, float]]]) -> None:
    assert [(str(i.kind), dict(i.params)) for i in read_idea(text).indicators] == expected


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("손절 5%, 익절 10%", RiskIdea(stop_loss=0.05, take_profit=0.1)),
        ("5% 손절, 10% 익절", RiskIdea(stop_loss=0.05, take_profit=0.1)),
        ("손절은 3%로 하고 비중 50%", RiskIdea(stop_loss=0.03, position_fraction=0.5)),
        ("a stop loss of 7.5% and a take profit of 15%", RiskIdea(stop_loss=0.075, take_profit=0.15)),
        ("an 8% stop loss", RiskIdea(stop_loss=0.08)),
        ("최대 10일 보유", RiskIdea(max_holding_bars=10)),
        ("hold for at most 10 days", RiskIdea(max_holding_bars=10)),
        ("2주 보유", RiskIdea(max_holding_bars=10)),
        ("25% of equity", RiskIdea(position_fraction=0.25)),
        ("자본의 30%만", RiskIdea(position_fraction=0.3)),
        ("half of the capital", RiskIdea(position_fraction=0.5)),
    ],
)
def test_risk_is_read_as_fractions_and_bars(text: str, risk: RiskIdea) -> None:
    idea = read_idea(text)
    assert idea.risk == risk
    assert idea.unplaced == ()


@pytest.mark.parametrize(
    ("text", "timeframe"),
    [
        ("일봉", "1d"),
        ("1시간봉", "1h"),
        ("daily", "1d"),
        ("4h candles", "4h"),
        ("15분봉", "15m"),
        ("weekly bars", "1w"),
        ("RSI", None),
    ],
)
def test_the_length_of_a_bar_is_read(text: str, timeframe: str | None) -> None:
    assert read_idea(text).timeframe == timeframe


def test_symbols_are_read_by_ticker_and_by_name() -> None:
    assert read_idea("구글과 MSFT, 비트코인, S&P 500").symbols == ("GOOG", "MSFT", "BTC/USDT", "SPX")


def test_a_family_is_named_or_described() -> None:
    assert read_idea("추세추종 전략").family is StrategyType.TREND_FOLLOWING
    assert read_idea("횡보장용").family is StrategyType.MEAN_REVERSION
    assert read_idea("momentum on IXIC").family is StrategyType.MOMENTUM
    assert read_idea("아무거나").family is None


def test_a_direction_is_read_only_where_it_is_meant() -> None:
    assert read_idea("GOOG 공매도").direction is Direction.SHORT
    assert read_idea("short MSFT on weakness").direction is Direction.SHORT
    assert read_idea("a short-term RSI strategy").direction is None


def test_a_number_without_a_place_is_told() -> None:
    assert read_idea("GOOG 2008년 데이터로 ATR 손절 2배").unplaced == ("ATR 손절 2배", "2008년")


@given(st.text())
def test_any_text_is_a_request(text: str) -> None:
    assert read_idea(text).text == text
