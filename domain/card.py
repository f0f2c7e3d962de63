"""A backtest as text: a short bilingual one to embed, a fuller one to find by words, and a line to read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from domain.backtest import Backtest
from domain.drafting_parts import kinds_of
from domain.indicators import IndicatorKind
from domain.language import Language
from domain.metric_text import metric_label, metric_value_text
from domain.text import one_line, text_size
from domain.vocabulary import family_label, indicator_label
from domain.vocabulary_glosses import MARKETS, gloss_of
from domain.vocabulary_parameters import FAST, LENGTHS, SLOW, TRENDS
from domain.vocabulary_words import SYMBOLS

MAX_DESCRIPTION = 120
MAX_NOTES = 200
MAX_WRITTEN = 1_000
MAX_LISTED = 6
MAX_NAME = 60
MAX_TIMEFRAME = 10
MAX_EMBEDDED_NAME_SIZE = 24
MAX_EMBEDDED_SYMBOLS = 2
MAX_EMBEDDED_SIZE = 70
"""As `text_size` reckons: no vocabulary that we embed with then makes more than 80 tokens of a card."""
_SHOWN = ("total_return", "annual_return", "sharpe_ratio", "max_drawdown", "win_rate", "profit_factor", "trade_count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A part of a card; `written` by its user, or else by a template in words that are known."""

    text: str
    written: bool = False


def embedding_text(run: Backtest) -> str:
    """What is embedded of a run: what it does and on what, in both languages, without figures.

    The gloss makes a run easy to find whatever its name; a description speaks only where no gloss can. Parameters
    follow as long as there is room.
    Units: at most 80 tokens.
    """
    strategy = run.strategy
    kinds = kinds_of(strategy)
    place = f"{_listed(run.symbols, MAX_EMBEDDED_SYMBOLS)} {one_line(run.timeframe or '', MAX_TIMEFRAME)} {_years(run)}"
    optional = [
        gloss_of(kinds, strategy.type),
        MARKETS[strategy.type] if strategy.type is not None else "",
        "" if kinds else one_line(strategy.description or "", MAX_DESCRIPTION),
    ]
    text = _fitting(_short_name(strategy.name), optional, reserved=place)
    return _fitting(_with(text, _clean(place)), _each_parameter(run, MAX_LISTED))


def _short_name(name: str) -> str:
    """As much of it as leaves room for what the strategy does."""
    cut = (one_line(name, most) for most in range(MAX_NAME, 0, -4))
    return _clean(next((line for line in cut if text_size(line) <= MAX_EMBEDDED_NAME_SIZE), ""))


def _fitting(text: str, parts: Iterable[str], *, reserved: str = "") -> str:
    """The text with those of the parts for which there is room, each after the ones before it."""
    for part in filter(None, map(_clean, parts)):
        longer = _with(text, part)
        if text_size(longer) + text_size(reserved) <= MAX_EMBEDDED_SIZE:
            text = longer
    return text


def _with(text: str, part: str) -> str:
    return f"{text}. {part}"


def _clean(part: str) -> str:
    return " ".join(part.split()).rstrip(". ")


def passages(run: Backtest) -> tuple[Passage, ...]:
    """The whole card, to be found by its words in either language and to be shown: no figures of the outcome."""
    strategy = run.strategy
    kinds = kinds_of(strategy)
    told = [
        *(indicator_label(kind, language) for kind in kinds for language in Language),
        *(one_line(indicator, MAX_NAME) for indicator in strategy.indicators[:MAX_LISTED]),
        "" if strategy.type is None else " ".join(family_label(strategy.type, language) for language in Language),
        "" if strategy.type is None else MARKETS[strategy.type],
        gloss_of(kinds, strategy.type),
        *_arguments(kinds, run),
        *_each_parameter(run, MAX_LISTED),
        *(one_line(symbol, MAX_NAME) for symbol in run.symbols[:MAX_LISTED]),
        *(name for symbol in run.symbols[:MAX_LISTED] for name in SYMBOLS.get(symbol.upper(), ())),
        one_line(run.timeframe or "", MAX_TIMEFRAME),
        _years(run),
    ]
    written = (strategy.name, strategy.description, run.notes)
    return (
        *(Passage(text=one_line(text, MAX_WRITTEN), written=True) for text in written if text),
        *(Passage(text=text) for text in dict.fromkeys(told) if text),
    )


def full_text(run: Backtest) -> str:
    """The whole card as one line."""
    return " · ".join(passage.text for passage in passages(run))


def _arguments(kinds: Sequence[IndicatorKind], run: Backtest) -> Iterator[str]:
    """`RSI(14)` and `20일선 20-day average`: how people call an indicator with its number."""
    numbers = {name: value for name, value in run.strategy.parameters.items() if _is_length(value)}
    for kind in kinds:
        average = kind in (IndicatorKind.SMA, IndicatorKind.EMA)
        names = _lengths_of(average=average, alone=len(kinds) == 1)
        for value in dict.fromkeys(f"{numbers[name]:g}" for name in names if name in numbers):
            yield f"{kind.upper()}({value})"
            yield f"{value}일선 {value}-day average" if average else ""


def _lengths_of(*, average: bool, alone: bool) -> tuple[str, ...]:
    """The parameters that are its length: beside others, an average is the filter by a trend."""
    if average:
        return (*FAST, *SLOW, *TRENDS, *LENGTHS) if alone else TRENDS
    return LENGTHS


def _is_length(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 1


def context_text(run: Backtest, *, language: Language) -> str:
    """The run in one line for readers and models: strategy, parameters, symbol, period, the main figures.

    Text that users wrote is cut short and holds no control characters.
    """
    korean = language is Language.KOREAN
    parts = [
        f"[{one_line(run.backtest_id, 60)}] {one_line(run.strategy.name, 80)}",
        _with_label("매개변수" if korean else "parameters", ", ".join(_each_parameter(run, MAX_LISTED))),
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


def _each_parameter(run: Backtest, most: int) -> Iterator[str]:
    for name, value in list(run.strategy.parameters.items())[:most]:
        yield f"{one_line(name, 30)} {_value(value)}"


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else one_line(str(value), 30)


def _listed(symbols: tuple[str, ...], most: int) -> str:
    shown = ", ".join(one_line(symbol, 20) for symbol in symbols[:most])
    return f"{shown} +{len(symbols) - most}" if len(symbols) > most else shown


def _years(run: Backtest) -> str:
    return f"{run.start.year}-{run.end.year}" if run.start.year != run.end.year else str(run.start.year)
