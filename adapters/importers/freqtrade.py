"""freqtrade: the result of `freqtrade backtesting --export trades`, as JSON or in its zip."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from adapters.importers.documents import document_of, holds_json, text_of
from adapters.importers.figures import Reading, amount_of, day_of, parameters_of, utc_of, word_of
from adapters.importers.recognition import names_in, names_of, not_of
from adapters.importers.zipped import is_zip, members_of
from domain.backtest import ParameterValue
from domain.errors import Violation
from domain.foreign_run import ForeignRun, UnreadableFile

ENGINE: Final = "freqtrade"
UNDEFINED: Final = -100.0
NO_MEMBER: Final = "no backtest-result-….json with a strategy in it"
RATIOS: Final = {"sharpe_ratio": "sharpe", "sortino_ratio": "sortino"}
SETTINGS: Final = ("stoploss", "trailing_stop", "max_open_trades", "minimal_roi")
"""Of the strategy's settings those that make another strategy of it."""


class FreqtradeReader:
    """Reads `backtest-result-….json` with any number of strategies, and the zip that newer versions write."""

    def read(self, content: bytes, *, name: str) -> list[ForeignRun]:  # noqa: ARG002  # a port's method: this engine's files name their runs inside
        """Every strategy of the file is a run. Raises: UnreadableFile."""
        if is_zip(content):
            return list(_archived(content))
        text = text_of(content)
        document = document_of(text) if holds_json(text) else None
        if not isinstance(document, Mapping) or not _is_result(document):
            raise not_of(
                ENGINE, "no result of freqtrade: no member `strategy` with a strategy in it", names_of(text, document)
            )
        return list(_runs(document, "", {}))


def _archived(content: bytes) -> Iterator[ForeignRun]:
    documents, broken = _documents(members_of(content, suffix=".json"))
    results = {name: document for name, document in documents.items() if _is_result(document)}
    if not results:
        raise broken[0] if broken else not_of(ENGINE, NO_MEMBER, names_in(list(documents.values())))
    tuned = {
        str(document["strategy_name"]): document["params"]
        for document in documents.values()
        if isinstance(document, Mapping) and "strategy_name" in document and "params" in document
    }
    for name, document in results.items():
        yield from _runs(document, f"{name}: ", tuned)
    for error in broken:
        yield ForeignRun(place="a member", engine=ENGINE, errors=(Violation(field="", message=str(error)),))


def _documents(members: Iterable[tuple[str, bytes]]) -> tuple[dict[str, Any], list[UnreadableFile]]:
    """The documents by name, and what is wrong with those that are none."""
    documents: dict[str, Any] = {}
    broken: list[UnreadableFile] = []
    for name, content in members:
        try:
            documents[name] = document_of(text_of(content))
        except UnreadableFile as error:
            broken.append(UnreadableFile(f"{name} {error}"))
    return documents, broken


def _is_result(document: object) -> bool:
    return (
        isinstance(document, Mapping) and isinstance(document.get("strategy"), Mapping) and bool(document["strategy"])
    )


def _runs(document: Mapping[str, Any], prefix: str, tuned: Mapping[str, object]) -> Iterator[ForeignRun]:
    for name, fields in document["strategy"].items():
        place = f"{prefix}strategy {name}"
        if isinstance(fields, Mapping):
            yield _run(place, name, fields, tuned.get(name))
        else:
            yield ForeignRun(place=place, engine=ENGINE, errors=(Violation(field="", message="holds no result"),))


def _run(place: str, name: str, fields: Mapping[str, Any], tuned: object) -> ForeignRun:
    reading = _figures(fields)
    pairs = fields.get("pairlist")
    return ForeignRun(
        place=place,
        engine=ENGINE,
        strategy=word_of(fields.get("strategy_name")) or word_of(name),
        parameters=_parameters(fields, tuned),
        symbols=tuple(pair for pair in pairs if isinstance(pair, str)) if isinstance(pairs, list) else (),
        timeframe=word_of(fields.get("timeframe")),
        start=day_of(fields.get("backtest_start")) or day_of(fields.get("backtest_start_ts")),
        end=day_of(fields.get("backtest_end")) or day_of(fields.get("backtest_end_ts")),
        initial_capital=amount_of(fields.get("starting_balance")),
        final_equity=amount_of(fields.get("final_balance")),
        completed_at=utc_of(fields.get("backtest_run_end_ts")),
        metrics=reading.metrics,
        nulled=tuple(reading.nulled),
        errors=tuple(reading.errors),
    )


def _parameters(fields: Mapping[str, Any], tuned: object) -> dict[str, ParameterValue]:
    settings = parameters_of({name: fields[name] for name in SETTINGS if name in fields})
    return settings | parameters_of(tuned)


def _figures(fields: Mapping[str, Any]) -> Reading:
    reading = Reading()
    if "total_trades" in fields:
        reading.count("trade_count", fields["total_trades"], label="total_trades")
    for metric, label in (
        ("total_return", "profit_total"),
        ("annual_return", "cagr"),
        ("max_drawdown", "max_relative_drawdown"),
        ("win_rate", "winrate"),
        ("profit_factor", "profit_factor"),
        ("benchmark_return", "market_change"),
    ):
        if label in fields:
            reading.take(metric, fields[label], label=label, positive=metric == "max_drawdown")
    for metric, label in RATIOS.items():
        if label in fields:
            reading.take(metric, fields[label], label=label)
    _older(reading, fields)
    _sentinels(reading, fields)
    return reading


def _older(reading: Reading, fields: Mapping[str, Any]) -> None:
    """What older versions do not write as such."""
    wins, trades = amount_of(fields.get("wins")), reading.metrics.get("trade_count")
    if "winrate" not in fields and wins is not None and trades:
        reading.metrics["win_rate"] = wins / trades
    if "max_relative_drawdown" not in fields and "max_drawdown_account" in fields:
        reading.null("max_drawdown", "the file has max_drawdown_account only, which is another measure")


def _sentinels(reading: Reading, fields: Mapping[str, Any]) -> None:
    """What freqtrade writes where a figure is undefined. Source: freqtrade 2026.9, `data/metrics.py`."""
    traded = reading.metrics.get("trade_count") != 0
    for metric, label in RATIOS.items():
        value = reading.metrics.get(metric)
        if value == UNDEFINED:
            reading.null(metric, f"{label} is -100.0, which freqtrade writes where nothing deviates")
        elif value == 0 and not traded:
            reading.null(metric, f"{label} is 0 where there was no trade")
    if traded and reading.metrics.get("profit_factor") == 0 and not _lost(fields):
        reading.null("profit_factor", "profit_factor is 0.0 where no trade lost")
    final = amount_of(fields.get("final_balance"))
    if final is not None and final < 0 and reading.metrics.get("annual_return") == 0:
        reading.null("annual_return", "cagr is 0 where more than everything was lost")


def _lost(fields: Mapping[str, Any]) -> bool:
    """Whether a trade lost; the count of losses may be missing, then the trades tell, else the sign of the sum."""
    losses = amount_of(fields.get("losses"))
    if losses is not None:
        return losses > 0
    trades = fields.get("trades")
    if isinstance(trades, list) and trades:
        profits = [amount_of(trade.get("profit_abs")) for trade in trades if isinstance(trade, Mapping)]
        return any(profit is not None and profit < 0 for profit in profits)
    return (amount_of(fields.get("profit_total")) or 0) < 0
