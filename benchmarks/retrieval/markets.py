"""More prices than the demo uses, and longer and shorter bars: everything comes inside Python packages."""

import csv
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from arch.data import vix, wti
from bokeh_sampledata import stocks

from benchmarks.backtests.prices import INDICES, STOCKS, Bars, Floats, adjusted_bars, load_bars

BARS_PER_YEAR: Mapping[str, int] = {"1h": 6_048, "4h": 1_512, "1d": 252, "1w": 52, "1mo": 12}
HOURS_A_BAR = 4
THURSDAY = 3
"""The day of the week from which days are counted, from Monday: a week's bar is that of Monday to Sunday."""
TIMEFRAMES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((*STOCKS, *INDICES), ("1d", "1w")),
    "FB": ("1d",),
    "WTI": ("1d", "1w"),
    "VIX": ("1d",),
    "EURUSD": ("1h", "4h"),
    "BTCUSD": ("1mo",),
}
"""Which bars there are of which symbol."""
CLOSE_ONLY = frozenset({"WTI", "VIX"})
"""Only closes are published: open, high and low are taken to be the close, and there is no volume."""


@cache
def bars_of(symbol: str, timeframe: str) -> Bars:
    """All bars of a symbol.

    Raises: KeyError for a symbol or bars that `TIMEFRAMES` does not name.
    Source: bokeh-sampledata, arch (FRED for WTI and VIX), and the test data of backtesting.py (EURUSD by the hour,
    BTCUSD by the month), whose code is not imported.
    """
    if timeframe not in TIMEFRAMES[symbol]:
        raise KeyError(timeframe)
    if timeframe == "1w":
        daily = bars_of(symbol, "1d")
        return _joined(daily, (daily.days.astype(np.int64) + THURSDAY) // 7)
    if timeframe == "4h":
        hourly = bars_of(symbol, "1h")
        return _joined(hourly, np.arange(len(hourly)) // HOURS_A_BAR)
    return _published(symbol)


def _published(symbol: str) -> Bars:
    if symbol == "FB":
        days = np.array(stocks.FB["date"], dtype="datetime64[D]")
        return adjusted_bars(days, stocks.FB, adjusted=stocks.FB["adj_close"])
    if symbol in CLOSE_ONLY:
        frame = (wti if symbol == "WTI" else vix).load().dropna()
        close = frame.iloc[:, 0].to_numpy(dtype=np.float64)
        days = frame.index.to_numpy().astype("datetime64[D]")
        return Bars(days=days, open=close, high=close, low=close, close=close, volume=np.zeros(len(close)))
    if symbol in {"EURUSD", "BTCUSD"}:
        return _from_csv(symbol)
    return load_bars(symbol)


def _from_csv(symbol: str) -> Bars:
    spec = find_spec("backtesting")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("backtesting.py, whose test data hold the prices, is not installed")
    path = Path(spec.submodule_search_locations[0]) / "test" / f"{symbol}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    days = np.array([datetime.fromisoformat(row[0]).date() for row in rows], dtype="datetime64[D]")
    columns = np.array([row[1:6] for row in rows], dtype=np.float64).T
    opened, high, low, close, volume = columns
    return Bars(days=days, open=opened, high=high, low=low, close=close, volume=volume)


def _joined(bars: Bars, groups: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Bars:
    """One bar for each run of equal `groups`, dated by its first."""
    first = np.flatnonzero(np.diff(groups, prepend=groups[0] - 1))
    last = np.append(first[1:], len(groups)) - 1
    return Bars(
        days=bars.days[first],
        open=bars.open[first],
        high=_each(np.maximum, bars.high, first),
        low=_each(np.minimum, bars.low, first),
        close=bars.close[last],
        volume=_each(np.add, bars.volume, first),
    )


def _each(combine: np.ufunc, values: Floats, first: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Floats:
    return np.asarray(combine.reduceat(values, first), dtype=np.float64)


def spans_of(symbol: str, timeframe: str) -> tuple[tuple[str, str], ...]:
    """The periods that people test on: all there is, and those of `SPANS` that the prices reach over."""
    days = bars_of(symbol, timeframe).days
    first, last = str(days[0]), str(days[-1])
    inside = [(start, end) for start, end in SPANS if start >= first and end <= last]
    if timeframe in {"1h", "4h"}:
        inside = [(str(a), str(b)) for a, b in pairwise(days[:: len(days) // 3])]
    return ((first, last), *inside)


SPANS = (
    ("2000-03-01", "2002-12-31"),
    ("2003-01-01", "2007-09-30"),
    ("2004-09-01", "2006-12-31"),
    ("2005-01-01", "2012-12-31"),
    ("2007-10-01", "2009-06-30"),
    ("2008-01-01", "2008-12-31"),
    ("2009-03-01", "2013-03-01"),
    ("2010-01-01", "2012-12-31"),
    ("2011-01-01", "2011-12-31"),
    ("2013-01-01", "2018-12-31"),
    ("2014-06-01", "2016-12-31"),
    ("2015-01-01", "2018-06-30"),
    ("2013-01-01", "2020-12-31"),
    ("2018-01-01", "2023-12-31"),
)
