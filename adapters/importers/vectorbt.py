"""vectorbt: what `Portfolio.stats()` returns, of one column or of each, saved as JSON or CSV."""

from typing import Final

from adapters.importers.figures import amount_of, day_of
from adapters.importers.stats_reader import Statistic, known_of, positions_of, read_statistics, told_by_index
from adapters.importers.tables import Row, rows_of
from domain.errors import Violation
from domain.foreign_run import ForeignRun

ENGINE: Final = "vectorbt"
STATISTICS: Final = (
    Statistic(metric="total_return", label="Total Return [%]", percent=True),
    Statistic(metric="annual_return", label="Annualized Return [%]", percent=True),
    Statistic(metric="volatility", label="Annualized Volatility [%]", percent=True),
    Statistic(metric="sharpe_ratio", label="Sharpe Ratio"),
    Statistic(metric="sortino_ratio", label="Sortino Ratio"),
    Statistic(metric="calmar_ratio", label="Calmar Ratio"),
    Statistic(metric="max_drawdown", label="Max Drawdown [%]", percent=True, positive=True),
    Statistic(metric="win_rate", label="Win Rate [%]", percent=True),
    Statistic(metric="profit_factor", label="Profit Factor"),
    Statistic(metric="trade_count", label="Total Closed Trades", whole=True),
    Statistic(metric="fees_paid", label="Total Fees Paid"),
    Statistic(metric="benchmark_return", label="Benchmark Return [%]", percent=True),
)
"""Source: vectorbt 1.2.0, the metrics of `Portfolio`; the annualized ones are those of `returns_stats()`."""
KNOWN: Final = known_of(STATISTICS)
MEAN: Final = "agg_func_mean"


class VectorbtReader:
    """Reads `pf.stats()` of one column, and `pf.stats(agg_func=None)` of several, each a run."""

    def read(self, content: bytes, *, name: str) -> list[ForeignRun]:  # noqa: ARG002  # a port's method: this engine's files name no run
        """Every run of the file. Raises: UnreadableFile."""
        rows = rows_of(content, known=KNOWN, engine=ENGINE)
        return [_run(row, position) for row, position in positions_of(rows)]


def _run(row: Row, position: int | None) -> ForeignRun:
    reading, told = read_statistics(row, STATISTICS), told_by_index(row, position)
    if MEAN in (*map(str, row.index.values()), row.cells.get("name")):
        message = "is the mean of several columns, and no run: save pf.stats(agg_func=None)"
        reading.errors.append(Violation(field="", message=message))
    return ForeignRun(
        place=row.place,
        engine=ENGINE,
        strategy=told.strategy,
        parameters=told.parameters,
        symbols=told.symbols,
        start=day_of(row.cells.get("Start")),
        end=day_of(row.cells.get("End")),
        initial_capital=amount_of(row.cells.get("Start Value")),
        final_equity=amount_of(row.cells.get("End Value")),
        metrics=reading.metrics,
        nulled=tuple(reading.nulled),
        errors=tuple(reading.errors),
    )
