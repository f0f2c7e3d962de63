"""The one price series and the one strategy that every engine of the golden files is given.

The open of a day is made the close of the day before: an engine that fills at the next open and one that fills at
the close of the signal then pay the same price, so that the equity curves are one curve and only definitions differ.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.backtests.prices import Bars, Flags, Floats, load_bars

SYMBOL = "GOOG"
CAPITAL = 100_000_000.0
"""So much that whole shares, where an engine knows no others, change no figure in its first six digits."""
FAST, SLOW = 20, 50
NEVER = 5_000
"""Longer than the series: an average that never is, and a strategy that never trades."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A golden run: its name, its period and its two averages."""

    name: str
    start: str
    end: str
    fast: int = FAST
    slow: int = SLOW


CASES = (
    Case(name="crossover", start="2009-01-02", end="2012-12-31"),
    Case(name="idle", start="2012-01-03", end="2012-12-31", slow=NEVER),
    Case(name="winner", start="2009-01-02", end="2009-12-31"),
)


def bars_of(case: Case) -> Bars:
    """The case's days, each opening where the one before closed."""
    bars = load_bars(SYMBOL).between(case.start, case.end)
    opens = np.concatenate((bars.close[:1], bars.close[:-1]))
    return Bars(
        days=bars.days,
        open=opens,
        high=np.maximum(opens, bars.close),
        low=np.minimum(opens, bars.close),
        close=bars.close,
        volume=bars.volume,
    )


def average(prices: Floats, length: int) -> Floats:
    """The mean of the last `length` prices; NaN where there are not so many.

    Shapes: as prices.
    """
    means = np.full(len(prices), np.nan)
    if len(prices) >= length:
        sums = np.cumsum(np.concatenate(([0.0], prices)))
        means[length - 1 :] = (sums[length:] - sums[:-length]) / length
    return means


def signals(bars: Bars, case: Case) -> tuple[Flags, Flags]:
    """The closes at which to buy and those at which to sell: the fast average crosses the slow one.

    What would still be held at the end is sold at the last close but one, so that no engine has to mark it.
    Shapes: (bars,).
    """
    fast, slow = average(bars.close, case.fast), average(bars.close, case.slow)
    above = ~np.isnan(slow) & (fast > slow)
    before = np.concatenate(([False], above[:-1]))
    buy, sell = above & ~before, before & ~above
    buy[-2:] = False
    sell[-2] |= above[-2]
    sell[-1] = False
    return buy, sell
