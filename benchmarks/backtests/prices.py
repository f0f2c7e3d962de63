"""Daily prices that come inside two Python packages, so that nothing is downloaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from arch.data import nasdaq, sp500
from bokeh_sampledata import stocks

Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Days: TypeAlias = npt.NDArray[np.datetime64]

STOCKS: Mapping[str, stocks.StockData] = {
    "AAPL": stocks.AAPL,
    "GOOG": stocks.GOOG,
    "IBM": stocks.IBM,
    "MSFT": stocks.MSFT,
}
INDICES = {"SPX": sp500.load, "IXIC": nasdaq.load}
SYMBOLS = (*STOCKS, *INDICES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Daily bars, oldest first.

    Shapes: every field (bars,).
    Units: prices in USD or index points, adjusted for splits and dividends; volume in shares adjusted alike.
    """

    days: Days
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __len__(self) -> int:
        """How many trading days."""
        return len(self.days)

    def between(self, start: str, end: str) -> "Bars":
        """The bars of `start` to `end`, both included."""
        first = int(np.searchsorted(self.days, np.datetime64(start)))
        last = int(np.searchsorted(self.days, np.datetime64(end), side="right"))
        return self[first:last]

    def __getitem__(self, span: slice) -> "Bars":
        """The bars of `span`, which a test cuts short to show that nothing looks ahead."""
        return Bars(
            days=self.days[span],
            open=self.open[span],
            high=self.high[span],
            low=self.low[span],
            close=self.close[span],
            volume=self.volume[span],
        )


@cache
def load_bars(symbol: str) -> Bars:
    """All bars of one of `SYMBOLS`.

    Raises: KeyError for another symbol.
    Source: bokeh-sampledata (Quandl WIKI prices, to 2013-03-01) and arch (Yahoo index levels, 1999 to 2018).
    """
    if symbol in STOCKS:
        stock = STOCKS[symbol]
        return adjusted_bars(np.array(stock["date"], dtype="datetime64[D]"), stock, adjusted=stock["adj_close"])
    frame = INDICES[symbol]()
    columns = {name.lower(): frame[name].to_numpy() for name in ("Open", "High", "Low", "Close", "Volume")}
    return adjusted_bars(
        frame.index.to_numpy().astype("datetime64[D]"), columns, adjusted=frame["Adj Close"].to_numpy()
    )


def adjusted_bars(days: Days, raw: Mapping[str, Any], *, adjusted: npt.ArrayLike) -> Bars:
    """Bars of which all prices are adjusted as the close is."""
    # Only the close comes adjusted. Without the same factor on the rest, a split would read as a crash at the open.
    column = {name: np.array(raw[name], dtype=np.float64) for name in ("open", "high", "low", "close", "volume")}
    factor = np.array(adjusted, dtype=np.float64) / column["close"]
    return Bars(
        days=days,
        open=column["open"] * factor,
        high=column["high"] * factor,
        low=column["low"] * factor,
        close=column["close"] * factor,
        volume=column["volume"] / factor,
    )
