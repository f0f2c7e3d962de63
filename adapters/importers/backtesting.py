"""backtesting.py: the statistics that `Backtest.run()` returns, saved as JSON or CSV."""

from collections.abc import Mapping
from typing import Final

from adapters.importers.figures import amount_of, day_of, parameter_of, utc_of, word_of
from adapters.importers.stats_reader import Statistic, Told, known_of, positions_of, read_statistics, told_by_index
from adapters.importers.tables import Row, rows_of
from domain.backtest import ParameterValue
from domain.foreign_run import ForeignRun

ENGINE: Final = "backtesting.py"
STATISTICS: Final = (
    Statistic(metric="total_return", label="Return [%]", percent=True),
    Statistic(metric="annual_return", label="Return (Ann.) [%]", percent=True),
    Statistic(metric="volatility", label="Volatility (Ann.) [%]", percent=True),
    Statistic(metric="sharpe_ratio", label="Sharpe Ratio"),
    Statistic(metric="sortino_ratio", label="Sortino Ratio"),
    Statistic(metric="calmar_ratio", label="Calmar Ratio"),
    Statistic(metric="max_drawdown", label="Max. Drawdown [%]", percent=True, positive=True),
    Statistic(metric="win_rate", label="Win Rate [%]", percent=True),
    Statistic(metric="profit_factor", label="Profit Factor"),
    Statistic(metric="trade_count", label="# Trades", whole=True),
    Statistic(metric="exposure_time", label="Exposure Time [%]", percent=True),
    Statistic(metric="exposure_time", label="Exposure [%]", percent=True),
    Statistic(metric="fees_paid", label="Commissions [$]"),
    Statistic(metric="benchmark_return", label="Buy & Hold Return [%]", percent=True),
)
"""Source: backtesting 0.6.6, `_stats.py`; `Exposure [%]` until 0.2."""
KNOWN: Final = known_of(STATISTICS)


class BacktestingReader:
    """Reads `stats.to_json()`, `stats.to_csv()` and frames of such series. A pickle is refused."""

    def read(self, content: bytes, *, name: str) -> list[ForeignRun]:  # noqa: ARG002  # a port's method: this engine's files name their runs inside
        """Every run of the file. Raises: UnreadableFile."""
        rows = rows_of(content, known=KNOWN, engine=ENGINE)
        return [_run(row, position) for row, position in positions_of(rows)]


def _run(row: Row, position: int | None) -> ForeignRun:
    reading, told = read_statistics(row, STATISTICS), told_by_index(row, position)
    strategy, parameters = _strategy(row, told)
    return ForeignRun(
        place=row.place,
        engine=ENGINE,
        strategy=strategy,
        parameters=parameters,
        symbols=told.symbols,
        start=day_of(row.cells.get("Start")),
        end=day_of(row.cells.get("End")),
        initial_capital=_first_equity(row.cells.get("_equity_curve")),
        final_equity=amount_of(row.cells.get("Equity Final [$]")),
        metrics=reading.metrics,
        nulled=tuple(reading.nulled),
        errors=tuple(reading.errors),
    )


def _strategy(row: Row, told: Told) -> tuple[str | None, dict[str, ParameterValue]]:
    """`SmaCross(fast=20,slow=50)` taken apart."""
    text = word_of(row.cells.get("_strategy"))
    if text is None:
        return told.strategy, dict(told.parameters)
    name, opened, inner = text.partition("(")
    parameters = dict(told.parameters)
    for each in inner.removesuffix(")").split(",") if opened else ():
        key, _, value = each.partition("=")
        plain = parameter_of(value)
        if key.strip() and plain is not None:
            parameters[key.strip()] = plain
    return word_of(name), parameters


def _first_equity(curve: object) -> float | None:
    """What the equity curve begins with, where somebody kept it: by day, or by column."""
    if not isinstance(curve, Mapping) or not curve:
        return None
    equity = curve.get("Equity")
    if isinstance(equity, Mapping):
        return amount_of(equity[min(equity, key=_order)]) if equity else None
    first = curve[min(curve, key=_order)]
    return amount_of(first.get("Equity")) if isinstance(first, Mapping) else None


def _order(day: str) -> float:
    moment = utc_of(day)
    return moment.timestamp() if moment else float("inf")
