"""Who is in the corpus and what they have: for whoever writes questions about it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import quantiles

from benchmarks.retrieval.corpus import Run
from benchmarks.retrieval.gold import held, own_runs
from benchmarks.retrieval.people import PEOPLE

FIGURES = (
    "total_return", "annual_return", "volatility", "sharpe_ratio", "sortino_ratio", "calmar_ratio", "max_drawdown",
    "win_rate", "profit_factor", "trade_count", "exposure_time", "fees_paid", "benchmark_return",
)  # fmt: skip


def description(runs: Sequence[Run]) -> Iterator[str]:
    """Lines about all of it, then a paragraph a person."""
    yield f"{len(runs)} backtests of {len(PEOPLE)} users"
    yield "kinds: " + _counted(kind for run in runs for kind in run.truth.kinds)
    yield "types: " + _counted(run.truth.type for run in runs)
    yield "symbols: " + _counted(run.truth.symbol for run in runs)
    yield "timeframes: " + _counted(run.record["timeframe"] for run in runs)
    yield "parameters: " + _counted(name for run in runs for name in run.truth.parameters)
    for figure in FIGURES:
        values = [value for run in runs if isinstance(value := held(run, figure), int | float)]
        low, *_, high = quantiles(values, n=20)
        yield f"{figure}: {min(values):g} to {max(values):g}, nine in ten from {low:g} to {high:g}"
    for person in PEOPLE:
        theirs = own_runs(runs)[person.user_id]
        yield f"\n{person.user_id}: {len(theirs)} runs, {theirs[0].backtest_id} to {theirs[-1].backtest_id}"
        yield f"  projects: {', '.join(person.projects)}; languages: {', '.join(person.tongues)}"
        yield "  symbols: " + _counted(run.truth.symbol for run in theirs)
        yield "  families: " + _counted(run.truth.family for run in theirs)
        yield f"  years: {min(run.truth.start for run in theirs):%Y} to {max(run.truth.end for run in theirs):%Y}"
        yield "  such as: " + "; ".join(str(held(run, "strategy_name")) for run in theirs[::20])


def _counted(values: Iterator[str]) -> str:
    return ", ".join(f"{value} {count}" for value, count in Counter(values).most_common())
