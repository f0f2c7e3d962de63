"""What is run: the demo's strategy families and three more, and the parameters that people try beyond the usual."""

import math
from collections.abc import Mapping

import numpy as np
import talib

from benchmarks.backtests.families import FAMILIES as DEMO
from benchmarks.backtests.families import Family, Wording, sets
from benchmarks.backtests.prices import Bars
from benchmarks.backtests.rules import Parameters, Signals

LENGTHS = frozenset({"length", "fast", "slow", "signal", "trend", "entry", "exit", "smoothing"})
VOLUME = frozenset({"volume_breakout"})
RANGES = frozenset({"turtle", "stochastic_reversal", "cci_reversal", "adx_trend", "donchian_breakout"})
"""Families that look at highs and lows, and so say little where only closes are known."""


def cci_reversal(bars: Bars, p: Parameters) -> Signals:
    """Commodity channel index under a level, to above zero."""
    cci = talib.CCI(bars.high, bars.low, bars.close, int(p["length"]))
    return cci < -p["level"], cci > 0


def adx_trend(bars: Bars, p: Parameters) -> Signals:
    """Above the exponential average while the directional index says that there is a trend."""
    strength = talib.ADX(bars.high, bars.low, bars.close, int(p["length"]))
    average = talib.EMA(bars.close, int(p["trend"]))
    return (strength > p["level"]) & (bars.close > average), bars.close < average


def macd_rsi(bars: Bars, p: Parameters) -> Signals:
    """MACD above its signal line with an RSI above the middle, until MACD is below."""
    line, signal, _ = talib.MACD(bars.close, int(p["fast"]), int(p["slow"]), int(p["signal"]))
    return (line > signal) & (talib.RSI(bars.close, int(p["length"])) > p["level"]), line < signal


MORE: Mapping[str, Family] = {
    "cci_reversal": Family(
        rule=cci_reversal,
        type="mean_reversion",
        indicators=("cci",),
        ko=Wording(name="CCI 과매도 반전", sentence="CCI({length})가 -{level} 아래로 빠지면 사고 0선을 넘으면 판다."),
        en=Wording(
            name="CCI reversal", sentence="Buys when CCI({length}) is under -{level} and sells once it is above zero."
        ),
        parameter_sets=sets(length=(20, 14), level=(100, 150)),
    ),
    "adx_trend": Family(
        rule=adx_trend,
        type="trend_following",
        indicators=("adx", "ema"),
        ko=Wording(
            name="ADX 추세 확인",
            sentence="ADX({length})가 {level}보다 커서 추세가 있고 종가가 {trend}일 EMA 위일 때만 들고 간다.",
        ),
        en=Wording(
            name="ADX-confirmed trend",
            sentence="Long above the {trend}-day EMA while ADX({length}) is over {level}; out below the average.",
        ),
        parameter_sets=sets(length=(14, 20), level=(20, 25), trend=(50, 100)),
    ),
    "macd_rsi": Family(
        rule=macd_rsi,
        type="trend_following",
        indicators=("macd", "rsi"),
        ko=Wording(
            name="MACD와 RSI 동시 확인",
            sentence="MACD({fast}, {slow}, {signal})가 시그널 위이고 RSI({length})가 {level}을 넘을 때만 진입한다.",
        ),
        en=Wording(
            name="MACD with RSI filter",
            sentence="Enters when MACD({fast}, {slow}, {signal}) is above its signal and RSI({length}) over {level}.",
        ),
        parameter_sets=sets(fast=(12,), slow=(26,), signal=(9,), length=(14, 7), level=(50, 55)),
    ),
}
FAMILIES: Mapping[str, Family] = {**DEMO, **MORE}
TRIED: Mapping[str, tuple[Parameters, ...]] = {
    "rsi_reversion": sets(length=(10, 28), oversold=(30, 20), overbought=(70, 75)),
    "rsi_pullback": sets(length=(2, 5), oversold=(5, 15), overbought=(65,), trend=(200, 150)),
    "macd_cross": sets(fast=(5, 19), slow=(35, 39), signal=(9, 5)),
    "sma_cross": sets(fast=(5, 30), slow=(20, 120, 150)),
    "ema_cross": sets(fast=(8, 50), slow=(21, 200)),
    "sma_trend": sets(length=(20, 75, 250)),
    "bollinger_reversion": sets(length=(15, 50), deviations=(2, 3)),
    "bollinger_breakout": sets(length=(30, 50), deviations=(2, 2.5)),
    "donchian_breakout": sets(entry=(10, 100), exit=(5, 50)),
    "turtle": sets(entry=(20, 40), multiple=(2.5,), length=(10, 20)),
    "volume_breakout": sets(entry=(30,), exit=(10,), multiple=(2,), length=(20, 60)),
    "roc_momentum": sets(length=(10, 90, 180), threshold=(0, 3, 8)),
    "stochastic_reversal": sets(length=(5, 14), smoothing=(3,), oversold=(15, 25), overbought=(85, 75)),
    "zscore_reversion": sets(length=(10, 30, 120), entry=(2, 3), exit=(0, 1)),
}
"""Less usual parameters, by family."""


def choices_of(family: str) -> tuple[Parameters, ...]:
    """Every set of parameters that somebody tries, the usual one first."""
    every = (*FAMILIES[family].parameter_sets, *TRIED.get(family, ()))
    return tuple(one for one in every if one.get("fast", 0) < one.get("slow", math.inf))


def fits(family: str, parameters: Parameters, bars: Bars) -> bool:
    """Whether the prices say anything about it: enough bars, and the columns it looks at."""
    longest = max((value for name, value in parameters.items() if name in LENGTHS), default=1)
    if len(bars) < 3 * longest:
        return False
    if family in VOLUME:
        return bool(bars.volume.all())
    return family not in RANGES or bool(np.any(bars.high > bars.low))
