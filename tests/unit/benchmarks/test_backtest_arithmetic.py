"""The vectorised simulator beside backtesting.py: the same prices and rules, other arithmetic for everything."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped,unused-ignore]
import pytest
from backtesting import Backtest, Strategy  # type: ignore[import-untyped,unused-ignore]

from benchmarks.backtests.families import FAMILIES
from benchmarks.backtests.measures import Metrics, measure
from benchmarks.backtests.prices import Bars, Floats, load_bars
from benchmarks.backtests.rules import Signals
from benchmarks.backtests.simulation import simulate

CASH = 1e12  # backtesting.py buys whole shares: with this much the rounding is below 1e-9.
COMMISSION = 0.001
TO_THE_DIGIT = 1e-5  # Metrics carry six significant digits.

Rule = Callable[[Bars], Signals]


class Follow(Strategy):  # type: ignore[misc,unused-ignore]
    """Decides bar by bar what `held_after` decides at once, and sells at the close of the last bar."""

    entry: Any = None
    leave: Any = None

    def init(self) -> None:
        pass

    def next(self) -> None:
        bar = len(self.data) - 1
        if bar >= len(self.entry) - 1 or self.leave[bar]:
            self.position.close()
        elif self.entry[bar] and not self.position:
            self.buy(size=1 - 1e-12)


def frame_of(bars: Bars) -> object:
    # One flat bar at the last close is added: backtesting.py would sell what is left at the last open instead.
    extended = {
        name.capitalize(): np.append(getattr(bars, name), bars.close[-1]) for name in ("open", "high", "low", "close")
    }
    days = np.append(bars.days, bars.days[-1] + np.timedelta64(1, "D"))
    return pd.DataFrame(extended, index=pd.DatetimeIndex(days))


def smoothed(values: Floats, length: int, weight: float) -> Floats:
    """Exponential smoothing that starts from the plain mean of the first `length` values; NaN before."""
    first = int(np.argmax(~np.isnan(values)))
    result = np.full(len(values), np.nan)
    result[first + length - 1] = values[first : first + length].mean()
    for bar in range(first + length, len(values)):
        result[bar] = result[bar - 1] + weight * (values[bar] - result[bar - 1])
    return result


def ema(values: Floats, length: int) -> Floats:
    return smoothed(values, length, 2 / (length + 1))


def rsi_reversion(bars: Bars) -> Signals:
    change = np.append(np.nan, np.diff(bars.close))
    up = smoothed(np.where(np.isnan(change), np.nan, np.maximum(change, 0)), 14, 1 / 14)
    down = smoothed(np.where(np.isnan(change), np.nan, np.maximum(-change, 0)), 14, 1 / 14)
    rsi = 100 * up / (up + down)
    return rsi < 30, rsi > 70


def macd_cross(bars: Bars) -> Signals:
    # TA-Lib starts both averages so that their first values fall on the same bar.
    fast = np.append(np.full(14, np.nan), ema(bars.close[14:], 12))
    line = fast - ema(bars.close, 26)
    signal = ema(line, 9)
    return line > signal, line < signal


def sma_cross(bars: Bars) -> Signals:
    close = pd.Series(bars.close)
    fast, slow = (close.rolling(50).mean().to_numpy(), close.rolling(200).mean().to_numpy())
    return fast > slow, fast < slow


def ema_cross(bars: Bars) -> Signals:
    fast, slow = ema(bars.close, 12), ema(bars.close, 26)
    return fast > slow, fast < slow


def bollinger_reversion(bars: Bars) -> Signals:
    window = pd.Series(bars.close).rolling(20)
    middle = window.mean().to_numpy()
    return bars.close < middle - 2 * window.std(ddof=0).to_numpy(), bars.close > middle


def donchian_breakout(bars: Bars) -> Signals:
    top = pd.Series(bars.high).rolling(20).max().shift(1).to_numpy()
    bottom = pd.Series(bars.low).rolling(10).min().shift(1).to_numpy()
    return bars.close > top, bars.close < bottom


def turtle(bars: Bars) -> Signals:
    before = np.append(np.nan, bars.close[:-1])
    reach = np.maximum(bars.high, before) - np.minimum(bars.low, before)
    top = pd.Series(bars.high).rolling(20).max()
    stop = top.to_numpy() - 3 * smoothed(reach, 20, 1 / 20)
    return bars.close > top.shift(1).to_numpy(), bars.close < stop


def roc_momentum(bars: Bars) -> Signals:
    change = pd.Series(bars.close).pct_change(120).to_numpy()
    return change > 0.05, change < 0


def stochastic_reversal(bars: Bars) -> Signals:
    low = pd.Series(bars.low).rolling(14).min()
    fast = 100 * (pd.Series(bars.close) - low) / (pd.Series(bars.high).rolling(14).max() - low)
    k = fast.rolling(3).mean()
    d = k.rolling(3).mean().to_numpy()
    k = np.where(np.isnan(d), np.nan, k.to_numpy())
    return (k < 20) & (k > d), (k > 80) & (k < d)


def zscore_reversion(bars: Bars) -> Signals:
    window = pd.Series(bars.close).rolling(20)
    score = ((bars.close - window.mean()) / window.std(ddof=0)).to_numpy()
    return score < -2, score > -0.5


# Each rule again, at the family's usual parameters, on a symbol of its own.
AGAIN: Mapping[str, tuple[Rule, str]] = {
    "rsi_reversion": (rsi_reversion, "GOOG"),
    "macd_cross": (macd_cross, "AAPL"),
    "sma_cross": (sma_cross, "MSFT"),
    "ema_cross": (ema_cross, "IBM"),
    "bollinger_reversion": (bollinger_reversion, "SPX"),
    "donchian_breakout": (donchian_breakout, "IXIC"),
    "turtle": (turtle, "AAPL"),
    "roc_momentum": (roc_momentum, "GOOG"),
    "stochastic_reversal": (stochastic_reversal, "IBM"),
    "zscore_reversion": (zscore_reversion, "MSFT"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    bars: Bars
    ours: Metrics
    theirs: Any


@pytest.fixture(scope="module", params=AGAIN)
def pair(request: pytest.FixtureRequest) -> Pair:
    rule, symbol = AGAIN[request.param]
    bars = load_bars(symbol)
    family = FAMILIES[request.param]
    run = simulate(bars, *family.rule(bars, family.parameter_sets[0]), capital=CASH, commission=COMMISSION)
    engine = Backtest(frame_of(bars), Follow, cash=CASH, commission=COMMISSION, exclusive_orders=True)
    entry, leave = rule(bars)
    with warnings.catch_warnings():
        # backtesting.py 0.6.6 calls what pandas 3 deprecates; nothing of ours does.
        warnings.filterwarnings("ignore", message="DatetimeIndex.dayofweek is deprecated")
        theirs = engine.run(entry=entry, leave=leave)
    return Pair(bars=bars, ours=measure(run, bars)[1], theirs=theirs)


def test_returns_and_drawdown_agree_with_an_engine_to_five_digits(pair: Pair) -> None:
    assert pair.ours["total_return"] == pytest.approx(pair.theirs["Return [%]"] / 100, rel=TO_THE_DIGIT)
    assert pair.ours["max_drawdown"] == pytest.approx(-pair.theirs["Max. Drawdown [%]"] / 100, rel=TO_THE_DIGIT)


def test_annual_return_agrees_but_for_the_added_bar(pair: Pair) -> None:
    assert pair.ours["annual_return"] == pytest.approx(pair.theirs["Return (Ann.) [%]"] / 100, rel=1e-3)


def test_trades_win_rate_profits_and_fees_agree_with_an_engine(pair: Pair) -> None:
    profits = pair.theirs["_trades"]["PnL"]
    assert pair.ours["trade_count"] == pair.theirs["# Trades"]
    assert pair.ours["win_rate"] == pytest.approx(pair.theirs["Win Rate [%]"] / 100, rel=TO_THE_DIGIT)
    assert pair.ours["fees_paid"] == pytest.approx(pair.theirs["Commissions [$]"], rel=TO_THE_DIGIT)
    factor = profits[profits > 0].sum() / -profits[profits < 0].sum()
    assert pair.ours["profit_factor"] == pytest.approx(factor, rel=TO_THE_DIGIT)


def test_exposure_agrees_with_an_engine_to_a_bar(pair: Pair) -> None:
    assert pair.ours["exposure_time"] == pytest.approx(pair.theirs["Exposure Time [%]"] / 100, abs=1 / len(pair.bars))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("known", [300, 301, 777])
def test_no_rule_looks_ahead(family: str, known: int) -> None:
    bars, parameters = load_bars("AAPL"), FAMILIES[family].parameter_sets[0]
    whole, early = (FAMILIES[family].rule(bars, parameters), FAMILIES[family].rule(bars[:known], parameters))
    np.testing.assert_array_equal(early, [flags[:known] for flags in whole])
    assert whole[0].any()
