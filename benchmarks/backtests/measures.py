"""The figures of a run, under the names of the API; what is undefined is None."""

from typing import TypeAlias

import numpy as np

from benchmarks.backtests.prices import Bars, Floats
from benchmarks.backtests.simulation import Run

BARS_PER_YEAR = 252
DIGITS = 6

Metrics: TypeAlias = dict[str, float | int | None]


def rounded(figure: float) -> float:
    """`figure` to six significant digits."""
    return float(f"{figure:.{DIGITS}g}")


def ratio(above: float, below: float) -> float | None:
    """`above / below`, or None where that is undefined."""
    return above / below if below else None


def measure(run: Run, bars: Bars, *, bars_per_year: int = BARS_PER_YEAR) -> tuple[float, Metrics]:
    """Final equity to the cent, and the metrics of the run.

    Units: rates are fractions; volatility and the ratios are annualised with `bars_per_year`.
    Source: Sharpe = mean / standard deviation (n - 1) of daily returns, risk-free rate 0; Sortino = the same mean /
    root mean square of the negative daily returns (0 for the others); Calmar = annual return / maximum drawdown;
    profit factor = money won / money lost over closed trades, after fees; benchmark = first close to last close.
    """
    capital, final = float(run.equity[0]), round(float(run.equity[-1]), 2)
    total_return = final / capital - 1
    annual_return = (final / capital) ** (bars_per_year / (len(bars) - 1)) - 1
    max_drawdown = float(np.max(1 - run.equity / np.maximum.accumulate(run.equity)))
    metrics = {
        "total_return": total_return,
        "annual_return": annual_return,
        **_per_day(run.equity[1:] / run.equity[:-1] - 1, bars_per_year),
        "calmar_ratio": ratio(annual_return, max_drawdown),
        "max_drawdown": max_drawdown,
        **_per_trade(run.profits),
        "exposure_time": float(run.exposed.mean()),
        "fees_paid": round(run.fees_paid, 2),
        "benchmark_return": float(bars.close[-1] / bars.close[0] - 1),
    }
    return final, {name: rounded(value) if isinstance(value, float) else value for name, value in metrics.items()}


def _per_day(returns: Floats, bars_per_year: int) -> Metrics:
    mean, deviation = float(returns.mean()), float(returns.std(ddof=1))
    downside = float(np.sqrt(np.mean(np.minimum(returns, 0) ** 2)))
    yearly = bars_per_year**0.5
    return {
        "volatility": deviation * yearly,
        "sharpe_ratio": ratio(mean * yearly, deviation),
        "sortino_ratio": ratio(mean * yearly, downside),
    }


def _per_trade(profits: Floats) -> Metrics:
    count = len(profits)
    won, lost = float(profits[profits > 0].sum()), float(-profits[profits < 0].sum())
    return {"win_rate": ratio(int((profits > 0).sum()), count), "profit_factor": ratio(won, lost), "trade_count": count}
