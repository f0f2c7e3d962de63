"""Long-or-flat trading of one symbol, in whole-array arithmetic."""

from dataclasses import dataclass

import numpy as np

from benchmarks.backtests.prices import Bars, Flags, Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a simulation left behind.

    Shapes: equity and exposed (bars,); profits (trades,).
    Units: money in that of the prices; profits after fees.
    """

    equity: Floats
    exposed: Flags
    profits: Floats
    fees_paid: float


def held_after(entry: Flags, leave: Flags) -> Flags:
    """Whether a position is wanted after each close: from an entry to the next leave, which wins over an entry.

    Shapes: all (bars,).
    """
    decided = entry | leave
    last = np.maximum.accumulate(np.where(decided, np.arange(len(entry)), -1))
    wanted: Flags = (last >= 0) & (entry & ~leave)[last]
    return wanted


def simulate(bars: Bars, entry: Flags, leave: Flags, *, capital: float, commission: float) -> Run:
    """All the cash goes in at the open after an entry and comes out at the open after a leave.

    A signal at a close is filled at the next open, never before. What is still held at the end is sold at the last
    close; a signal at the last close is not acted on. Shares are fractional. A bar is exposed from the one that buys
    to the one that sells, both included.

    Shapes: entry and leave (bars,).
    Units: commission is a fraction of the traded value, paid on each side.
    """
    held = np.concatenate(([False], held_after(entry, leave)[:-1]))
    before = np.concatenate(([False], held[:-1]))
    equity = np.asarray(capital * np.cumprod(_growth(bars, held, before, commission)), dtype=np.float64)
    profits, fees_paid = _trades(bars, held, equity, commission)
    return Run(equity=equity, exposed=held | before, profits=profits, fees_paid=fees_paid)


def _growth(bars: Bars, held: Flags, before: Flags, commission: float) -> Floats:
    previous_close = np.concatenate((bars.close[:1], bars.close[:-1]))
    growth: Floats = np.select(
        [held & before, held, before],
        [
            bars.close / previous_close,
            bars.close / (bars.open * (1 + commission)),
            bars.open / previous_close * (1 - commission),
        ],
        default=1.0,
    )
    if held[-1]:
        growth[-1] *= 1 - commission
    return growth


def _trades(bars: Bars, held: Flags, equity: Floats, commission: float) -> tuple[Floats, float]:
    change = np.diff(held.astype(np.int8), prepend=0)
    bought_at, sold = np.flatnonzero(change > 0), bars.open[change < 0]
    if held[-1]:
        sold = np.append(sold, bars.close[-1])
    bought = bars.open[bought_at]
    shares = equity[bought_at - 1] / (bought * (1 + commission))
    fees = commission * shares * (bought + sold)
    return shares * (sold - bought) - fees, float(fees.sum())
