"""backtrader: what `analyzer.get_analysis()` of its analyzers returns, as a JSON object."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from adapters.importers.documents import document_of, holds_json, text_of
from adapters.importers.figures import (
    Misread,
    NoFigure,
    Reading,
    amount_of,
    day_of,
    number_of,
    parameters_of,
    utc_of,
    word_of,
)
from adapters.importers.recognition import names_of, not_of
from domain.errors import Violation
from domain.foreign_run import NO_TRADE, OF_TRADES, ForeignRun

ENGINE: Final = "backtrader"
Analysis = Mapping[str, Any]


class BacktraderReader:
    """Reads an object of analyses, or a list of such; each analysis is told by its members, whatever its name."""

    def read(self, content: bytes, *, name: str) -> list[ForeignRun]:  # noqa: ARG002  # a port's method: this engine's files name no run
        """Every run of the file. Raises: UnreadableFile."""
        text = text_of(content)
        document = document_of(text) if holds_json(text) else None
        runs = document if isinstance(document, list) else [document]
        if not any(_analyses(run) for run in runs):
            raise not_of(
                ENGINE, "no analysis of backtrader, such as that of its analyzer Returns", names_of(text, document)
            )
        places = ["the run"] if len(runs) == 1 else [f"run {number}" for number in range(1, len(runs) + 1)]
        return [_run(place, run) for place, run in zip(places, runs, strict=True)]


def _analyses(run: object) -> dict[str, Analysis]:
    """The analyses by what they are, from a run or from its member `analyzers`."""
    if not isinstance(run, Mapping):
        return {}
    inner = run.get("analyzers")
    held = [run, *(inner if isinstance(inner, Mapping) else run).values()]
    return {kind: each for each in reversed(held) if isinstance(each, Mapping) for kind in _kinds(each)}


def _kinds(analysis: Analysis) -> Iterator[str]:
    if "rtot" in analysis or "rnorm" in analysis:
        yield "returns"
    if "sharperatio" in analysis:
        yield "sharpe"
    if isinstance(analysis.get("max"), Mapping) and "drawdown" in analysis["max"]:
        yield "drawdown"
    if isinstance(analysis.get("total"), Mapping) and "total" in analysis["total"]:
        yield "trades"


def _run(place: str, run: object) -> ForeignRun:
    analyses = _analyses(run)
    if not isinstance(run, Mapping) or not analyses:
        wrong = Violation(field="", message="holds no analysis of backtrader")
        return ForeignRun(place=place, engine=ENGINE, errors=(wrong,))
    reading = _figures(analyses)
    symbols = run.get("symbols")
    return ForeignRun(
        place=place,
        engine=ENGINE,
        version=word_of(run.get("version")),
        strategy=word_of(run.get("strategy")),
        parameters=parameters_of(run.get("parameters")),
        symbols=tuple(each for each in symbols if isinstance(each, str) and each) if isinstance(symbols, list) else (),
        timeframe=word_of(run.get("timeframe")),
        start=day_of(run.get("start")),
        end=day_of(run.get("end")),
        initial_capital=amount_of(run.get("initial_capital")),
        final_equity=amount_of(run.get("final_equity")),
        completed_at=utc_of(run.get("completed_at")),
        metrics=reading.metrics,
        nulled=tuple(reading.nulled),
        errors=tuple(reading.errors),
    )


def _figures(analyses: Mapping[str, Analysis]) -> Reading:
    reading = Reading()
    returns, sharpe = analyses.get("returns", {}), analyses.get("sharpe", {})
    if "rtot" in returns:
        _total_return(reading, returns["rtot"])
    if "rnorm" in returns:
        reading.take("annual_return", returns["rnorm"], label="rnorm")
    if "sharperatio" in sharpe:
        reading.take("sharpe_ratio", sharpe["sharperatio"], label="sharperatio")
    if "drawdown" in analyses:
        deepest = analyses["drawdown"]["max"]["drawdown"]
        reading.take("max_drawdown", deepest, label="max.drawdown", percent=True, positive=True)
    if "trades" in analyses:
        _trades(reading, analyses["trades"])
    return reading


def _total_return(reading: Reading, raw: object) -> None:
    """`rtot` is the logarithm of what one became."""
    try:
        reading.metrics["total_return"] = math.expm1(number_of(raw)[0])
    except (NoFigure, Misread) as reason:
        reading.null("total_return", f"rtot {reason}")
    except OverflowError:
        reading.null("total_return", "rtot is too large for a logarithm of a return")


def _trades(reading: Reading, trades: Analysis) -> None:
    """Of closed trades; where there never was one the analyzer writes `total.total` alone."""
    closed = _at(trades, "total", "closed")
    reading.count("trade_count", 0 if closed is None else closed, label="total.closed")
    count = reading.metrics.get("trade_count")
    if not count:
        for metric in OF_TRADES if count == 0 else ():
            reading.null(metric, NO_TRADE)
        return
    won = _at(trades, "won", "total")
    value = reading.number("win_rate", 0 if won is None else won, label="won.total")
    if value is not None:
        reading.metrics["win_rate"] = value / count
    gained, lost = _at(trades, "won", "pnl", "total"), amount_of(_at(trades, "lost", "pnl", "total"))
    if not lost:
        reading.null("profit_factor", "lost.pnl.total is 0: no trade lost")
        return
    value = reading.number("profit_factor", 0 if gained is None else gained, label="won.pnl.total")
    if value is not None:
        reading.metrics["profit_factor"] = value / abs(lost)


def _at(analysis: object, *path: str) -> object:
    for name in path:
        analysis = analysis.get(name) if isinstance(analysis, Mapping) else None
    return analysis
