"""A backtest as text: a short bilingual one to embed, and a line to read."""

from collections.abc import Iterator

from domain.backtest import Backtest
from domain.drafting_parts import kinds_of
from domain.language import Language
from domain.metric_text import metric_label, metric_value_text
from domain.text import one_line
from domain.vocabulary_glosses import MARKETS, gloss_of

MAX_DESCRIPTION = 120
MAX_NOTES = 200
MAX_LISTED = 6
MAX_NAME = 60
MAX_TIMEFRAME = 10
MAX_EMBEDDED_PARAMETERS = 4
MAX_EMBEDDED_SYMBOLS = 3
_SHOWN = ("total_return", "annual_return", "sharpe_ratio", "max_drawdown", "win_rate", "profit_factor", "trade_count")


def embedding_text(run: Backtest) -> str:
    """What is embedded of a run: what it does and on what, in both languages, without figures.

    The gloss makes a run easy to find whatever its name; a description speaks only where no gloss can.
    Units: at most about 80 tokens.
    """
    strategy = run.strategy
    kinds = kinds_of(strategy)
    described = "" if kinds else one_line(strategy.description or "", MAX_DESCRIPTION)
    parts = [
        one_line(strategy.name, MAX_NAME),
        MARKETS[strategy.type] if strategy.type is not None else "",
        gloss_of(kinds, strategy.type),
        described,
        _parameters(run, MAX_EMBEDDED_PARAMETERS),
        f"{_listed(run.symbols, MAX_EMBEDDED_SYMBOLS)} {one_line(run.timeframe or '', MAX_TIMEFRAME)} {_years(run)}",
    ]
    return ". ".join(" ".join(part.split()).rstrip(". ") for part in parts if part)


def context_text(run: Backtest, *, language: Language) -> str:
    """The run in one line for readers and models: strategy, parameters, symbol, period, the main figures.

    Text that users wrote is cut short and holds no control characters.
    """
    korean = language is Language.KOREAN
    parts = [
        f"[{one_line(run.backtest_id, 60)}] {one_line(run.strategy.name, 80)}",
        _with_label("매개변수" if korean else "parameters", _parameters(run, MAX_LISTED)),
        f"{_listed(run.symbols, MAX_LISTED)} {one_line(run.timeframe or '', MAX_TIMEFRAME)}".strip(),
        f"{run.start.isoformat()} ~ {run.end.isoformat()}"
        if korean
        else f"{run.start.isoformat()} to {run.end.isoformat()}",
        ", ".join(_figures(run, language)),
        one_line(run.strategy.description or "", MAX_NOTES),
        _with_label("메모" if korean else "notes", one_line(run.notes or "", MAX_NOTES)),
    ]
    return " | ".join(part for part in parts if part)


def _with_label(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""


def _figures(run: Backtest, language: Language) -> Iterator[str]:
    for name in _SHOWN:
        value = getattr(run.metrics, name)
        if value is not None:
            yield f"{metric_label(name, language)} {metric_value_text(name, value, language)}"


def _parameters(run: Backtest, most: int) -> str:
    shown = list(run.strategy.parameters.items())[:most]
    return ", ".join(f"{one_line(name, 30)} {_value(value)}" for name, value in shown)


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else one_line(str(value), 30)


def _listed(symbols: tuple[str, ...], most: int) -> str:
    shown = ", ".join(one_line(symbol, 20) for symbol in symbols[:most])
    return f"{shown} +{len(symbols) - most}" if len(symbols) > most else shown


def _years(run: Backtest) -> str:
    return f"{run.start.year}-{run.end.year}" if run.start.year != run.end.year else str(run.start.year)
