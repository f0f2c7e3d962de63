"""LEAN: the result file of a backtest, of its command line or of QuantConnect's API."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any, Final

from adapters.importers.documents import document_of, holds_json, text_of
from adapters.importers.figures import Reading, amount_of, day_of, parameters_of, utc_of, word_of
from adapters.importers.recognition import names_of, not_of
from domain.foreign_run import ForeignRun

ENGINE: Final = "lean"
WRAPPERS: Final = ("backtest", "results", "result")
INNERMOST: Final = 4
PORTFOLIO: Final = {
    "total_return": ("totalnetprofit", "netprofit"),
    "annual_return": ("compoundingannualreturn", "compoundingannualreturn"),
    "volatility": ("annualstandarddeviation", "annualstandarddeviation"),
    "sharpe_ratio": ("sharperatio", "sharperatio"),
    "sortino_ratio": ("sortinoratio", "sortinoratio"),
    "max_drawdown": ("drawdown", "drawdown"),
    "win_rate": ("winrate", "winrate"),
}
"""A metric's name in `portfolioStatistics`, and that in `statistics`, in lower case and without blanks."""
WITHOUT_LOSS: Final = 10
SHORT: Final = re.compile(r"[\d-]*")
Members = Mapping[str, Any]


class LeanReader:
    """Reads a result in camelCase, as newer versions write it, or in PascalCase; charts are not looked at."""

    def read(self, content: bytes, *, name: str) -> list[ForeignRun]:
        """The one run of the file. Raises: UnreadableFile."""
        text = text_of(content)
        document = document_of(text) if holds_json(text) else None
        result: dict[str, Any] = {}
        for outer in _unwrapped(document):
            result = {**result, **outer}
        performance = _members(result.get("totalperformance"))
        statistics = _members(result.get("statistics"))
        portfolio, trades = (
            _members(performance.get("portfoliostatistics")),
            _members(performance.get("tradestatistics")),
        )
        if not portfolio and "netprofit" not in statistics:
            raise not_of(ENGINE, "no result of LEAN: neither totalPerformance nor statistics", names_of(text, document))
        reading = _figures(portfolio, statistics, trades)
        return [_run(result, performance, reading, name)]


def _unwrapped(document: object) -> Iterator[Members]:
    """The result, and what is around it, the outermost first."""
    for _ in range(INNERMOST):
        outer = _members(document)
        yield outer
        document = next((outer[each] for each in WRAPPERS if isinstance(outer.get(each), Mapping)), None)


def _members(document: object) -> Members:
    """The members by their names in lower case, without blanks."""
    if not isinstance(document, Mapping):
        return {}
    return {re.sub(r"[\s_-]", "", name).casefold(): value for name, value in document.items()}


def _run(result: Members, performance: Members, reading: Reading, name: str) -> ForeignRun:
    configuration, state = _members(result.get("algorithmconfiguration")), _members(result.get("state"))
    portfolio, statistics = _members(performance.get("portfoliostatistics")), _members(result.get("statistics"))
    starts = (configuration.get("startdate"), result.get("periodstart"), result.get("backteststart"))
    ends = (configuration.get("enddate"), result.get("periodfinish"), result.get("backtestend"))
    return ForeignRun(
        place="the run",
        engine=ENGINE,
        strategy=_name((configuration.get("name"), result.get("name"), state.get("name")), name),
        parameters=parameters_of(configuration.get("parameters") or result.get("parameterset")),
        symbols=tuple(dict.fromkeys(_symbols(result, performance))),
        start=next(filter(None, map(day_of, starts)), None),
        end=next(filter(None, map(day_of, ends)), None),
        initial_capital=amount_of(portfolio.get("startequity") or statistics.get("startequity")),
        final_equity=amount_of(portfolio.get("endequity") or statistics.get("endequity")),
        completed_at=next(filter(None, map(utc_of, (state.get("endtime"), result.get("completed")))), None),
        metrics=reading.metrics,
        nulled=tuple(reading.nulled),
        errors=tuple(reading.errors),
    )


def _name(stated: tuple[object, ...], file: str) -> str | None:
    """The run's name, else that of its file, which its algorithm gives it where it is no number."""
    told = next(filter(None, map(word_of, stated)), None)
    stem = PurePath(file).stem.removesuffix("-summary")
    return told or (None if SHORT.fullmatch(stem) else stem)


def _symbols(result: Members, performance: Members) -> Iterator[str]:
    """The symbols that were traded: a trade may have several, and each is an object or a word with its id."""
    orders = result.get("orders")
    held = [performance.get("closedtrades"), list(orders.values()) if isinstance(orders, Mapping) else orders]
    for trade in (_members(each) for some in held if isinstance(some, list) for each in some):
        several = trade.get("symbols")
        for symbol in [*(several if isinstance(several, list) else ()), trade.get("symbol")]:
            word = word_of(_members(symbol).get("value")) or word_of(symbol)
            if word:
                yield word.split()[0]


def _figures(portfolio: Members, statistics: Members, trades: Members) -> Reading:
    reading = Reading()
    for metric, (label, older) in PORTFOLIO.items():
        if label in portfolio:
            reading.take(metric, portfolio[label], label=label, positive=metric == "max_drawdown")
        elif older in statistics:
            reading.take(metric, statistics[older], label=older, positive=metric == "max_drawdown")
    if "totalnumberoftrades" in trades:
        reading.count("trade_count", trades["totalnumberoftrades"], label="totalNumberOfTrades")
    if "profitfactor" in trades:
        reading.take("profit_factor", trades["profitfactor"], label="profitFactor")
    fees = trades.get("totalfees", statistics.get("totalfees"))
    if fees is not None:
        reading.take("fees_paid", fees, label="totalFees")
    _undefined(reading, portfolio, trades)
    return reading


def _undefined(reading: Reading, portfolio: Members, trades: Members) -> None:
    """LEAN writes 0 where a figure is undefined, and 10 where a profit factor is infinite.

    Source: QuantConnect/Lean 2486390, `Common/Statistics/PortfolioStatistics.cs` and `TradeStatistics.cs`.
    """
    told = reading.metrics
    still = told.get("volatility", 0) == 0
    if told.get("sharpe_ratio") == 0 and still and ("volatility" in told or told.get("trade_count") == 0):
        reading.null("sharpe_ratio", "sharpeRatio is 0 where nothing deviates")
    if told.get("sortino_ratio") == 0 and told.get("sharpe_ratio") != 0:
        reading.null("sortino_ratio", "sortinoRatio is 0 where nothing deviates downwards")
    if told.get("annual_return") == 0 and told.get("total_return") != 0:
        reading.null("annual_return", "compoundingAnnualReturn is 0 where it cannot be computed")
    if told.get("total_return") == 0 and amount_of(portfolio.get("startequity", 1)) == 0:
        reading.null("total_return", "totalNetProfit is 0 where there was no capital")
    lost = amount_of(trades.get("totalloss"))
    if lost == 0 and told.get("profit_factor") in (0, WITHOUT_LOSS) and told.get("trade_count"):
        reading.null("profit_factor", f"profitFactor is {told['profit_factor']:g} where no trade lost")
