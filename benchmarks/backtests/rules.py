"""When each strategy family buys and when it sells.

A rule returns two flags a bar, entry and leave, decided at that bar's close from bars up to it; where an indicator is
not defined yet both are False. Indicators are TA-Lib's. Lengths are in bars.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
import talib

from benchmarks.backtests.prices import Bars, Flags, Floats

Parameters: TypeAlias = Mapping[str, float]
Signals: TypeAlias = tuple[Flags, Flags]
Rule: TypeAlias = Callable[[Bars, Parameters], Signals]


def rsi_reversion(bars: Bars, p: Parameters) -> Signals:
    """Oversold to overbought."""
    rsi = talib.RSI(bars.close, int(p["length"]))
    return rsi < p["oversold"], rsi > p["overbought"]


def rsi_pullback(bars: Bars, p: Parameters) -> Signals:
    """Oversold above the long average, to overbought."""
    rsi = talib.RSI(bars.close, int(p["length"]))
    return (rsi < p["oversold"]) & (bars.close > talib.SMA(bars.close, int(p["trend"]))), rsi > p["overbought"]


def macd_cross(bars: Bars, p: Parameters) -> Signals:
    """MACD line above or below its signal line."""
    line, signal, _ = talib.MACD(bars.close, int(p["fast"]), int(p["slow"]), int(p["signal"]))
    return line > signal, line < signal


def sma_cross(bars: Bars, p: Parameters) -> Signals:
    """Fast simple average above or below the slow one."""
    fast, slow = (talib.SMA(bars.close, int(p["fast"])), talib.SMA(bars.close, int(p["slow"])))
    return fast > slow, fast < slow


def ema_cross(bars: Bars, p: Parameters) -> Signals:
    """Fast exponential average above or below the slow one."""
    fast, slow = (talib.EMA(bars.close, int(p["fast"])), talib.EMA(bars.close, int(p["slow"])))
    return fast > slow, fast < slow


def sma_trend(bars: Bars, p: Parameters) -> Signals:
    """Close above or below its simple average."""
    average = talib.SMA(bars.close, int(p["length"]))
    return bars.close > average, bars.close < average


def bollinger_reversion(bars: Bars, p: Parameters) -> Signals:
    """Below the lower band, back to the middle."""
    _, middle, lower = _bands(bars.close, p)
    return bars.close < lower, bars.close > middle


def bollinger_breakout(bars: Bars, p: Parameters) -> Signals:
    """Above the upper band, until below the middle."""
    upper, middle, _ = _bands(bars.close, p)
    return bars.close > upper, bars.close < middle


def donchian_breakout(bars: Bars, p: Parameters) -> Signals:
    """Above the channel of the bars before, until below the shorter channel."""
    return bars.close > _highest_before(bars, p["entry"]), bars.close < _lowest_before(bars, p["exit"])


def turtle(bars: Bars, p: Parameters) -> Signals:
    """Above the channel of the bars before, until some average true ranges under the highest high."""
    stop = talib.MAX(bars.high, int(p["entry"])) - p["multiple"] * talib.ATR(
        bars.high, bars.low, bars.close, int(p["length"])
    )
    return bars.close > _highest_before(bars, p["entry"]), bars.close < stop


def volume_breakout(bars: Bars, p: Parameters) -> Signals:
    """Above the channel on more than usual volume, until below the shorter channel."""
    busy = bars.volume > p["multiple"] * talib.SMA(bars.volume, int(p["length"]))
    return busy & (bars.close > _highest_before(bars, p["entry"])), bars.close < _lowest_before(bars, p["exit"])


def roc_momentum(bars: Bars, p: Parameters) -> Signals:
    """Rate of change (percent) above the threshold, until negative."""
    change = talib.ROC(bars.close, int(p["length"]))
    return change > p["threshold"], change < 0


def stochastic_reversal(bars: Bars, p: Parameters) -> Signals:
    """%K above %D while oversold, until below it while overbought; %D averages three."""
    k, d = talib.STOCH(
        bars.high, bars.low, bars.close, fastk_period=int(p["length"]), slowk_period=int(p["smoothing"]), slowd_period=3
    )
    return (k < p["oversold"]) & (k > d), (k > p["overbought"]) & (k < d)


def zscore_reversion(bars: Bars, p: Parameters) -> Signals:
    """`entry` standard deviations under the average, until at most `exit` under it."""
    length = int(p["length"])
    score = (bars.close - talib.SMA(bars.close, length)) / talib.STDDEV(bars.close, length)
    return score < -p["entry"], score > -p["exit"]


def _bands(close: Floats, p: Parameters) -> tuple[Floats, Floats, Floats]:
    return talib.BBANDS(close, int(p["length"]), p["deviations"], p["deviations"])


def _highest_before(bars: Bars, length: float) -> Floats:
    return np.concatenate(([np.nan], talib.MAX(bars.high, int(length))[:-1]))


def _lowest_before(bars: Bars, length: float) -> Floats:
    return np.concatenate(([np.nan], talib.MIN(bars.low, int(length))[:-1]))
