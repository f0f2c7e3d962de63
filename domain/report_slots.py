"""What the prose of a report may be filled with, and what of the backtest it may quote as it is."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from domain.backtest import Backtest
from domain.explanation_words import TIMEFRAME_NAMES, number_text
from domain.language import Language, language_of
from domain.report import Figure
from domain.report_figures import COMPARED, best_peer, figures_of
from domain.text import one_line
from domain.vocabulary import family_label
from domain.vocabulary_metrics import METRICS

MAX_NAME = 80
MAX_VALUE = 40
MAX_LISTED = 6
LEAST_LETTERS = 2
_METRIC_NAMES = frozenset(name.casefold().replace("_", " ") for words in METRICS.values() for name in words.names)
_AFTER = r"(?![0-9A-Za-z]|[.,]\d|\s?(?:%|percent|퍼센트|프로|배|times|만|억|조))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """The figures and the words of one report, each by its slot.

    `quotable` finds what the backtest itself holds: its names, its dates, its parameters beside their names.
    `marks` are facts that templates ask for and no text shows.
    """

    language: Language
    figures: Mapping[str, Figure]
    words: Mapping[str, str]
    quotable: re.Pattern[str]
    marks: frozenset[str]


def slots_of(run: Backtest, *, language: Language, peers: Sequence[Backtest] | None = None) -> Slots:
    """Everything that a report on the run may state; `peers` is None where it is not to be compared."""
    words = dict(_words(run, language))
    for metric in COMPARED:
        best = best_peer(peers or (), metric)
        if best is not None:
            words[f"peer_best_run.{metric}"] = one_line(best.backtest_id, MAX_NAME)
    return Slots(
        language=language,
        figures=figures_of(run, peers, language),
        words={name: text for name, text in words.items() if text},
        quotable=_quotable(run, peers or ()),
        marks=frozenset(_marks(run, peers)),
    )


def report_language(run: Backtest) -> Language:
    """The language of the run's own texts: what its reader is likely to read."""
    strategy = run.strategy
    return language_of(" ".join((strategy.name, strategy.description or "", run.notes or "")))


def _words(run: Backtest, language: Language) -> Iterator[tuple[str, str]]:
    strategy = run.strategy
    yield "backtest_id", one_line(run.backtest_id, MAX_NAME)
    yield "strategy_name", one_line(strategy.name, MAX_NAME)
    yield "symbols", _listed([one_line(symbol, MAX_VALUE) for symbol in run.symbols], language)
    yield "start", run.start.isoformat()
    yield "end", run.end.isoformat()
    bars = TIMEFRAME_NAMES.get(run.timeframe or "")
    yield "bars", (bars[0 if language is Language.KOREAN else 1] if bars else one_line(run.timeframe or "", MAX_VALUE))
    yield "family", family_label(strategy.type, language) if strategy.type is not None else ""
    if run.source is not None:
        yield "engine", one_line(f"{run.source.engine or ''} {run.source.version or ''}", MAX_NAME)
    values = {one_line(name, MAX_VALUE): _value(value) for name, value in strategy.parameters.items()}
    yield "parameters", _listed([f"{name} {value}" for name, value in values.items()], language)
    for name, value in values.items():
        yield f"parameter.{name}", value


def _value(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return one_line(str(value), MAX_VALUE)
    return number_text(value)


def _listed(items: Sequence[str], language: Language) -> str:
    shown = ", ".join(items[:MAX_LISTED])
    if len(items) <= MAX_LISTED:
        return shown
    return f"{shown} 등" if language is Language.KOREAN else f"{shown} and others"


def _marks(run: Backtest, peers: Sequence[Backtest] | None) -> Iterator[str]:
    if len(run.symbols) == 1:
        yield "one_symbol"
    if peers and any((peer.symbols, peer.start, peer.end) != (run.symbols, run.start, run.end) for peer in peers):
        yield "peers_differ"


def _quotable(run: Backtest, peers: Sequence[Backtest]) -> re.Pattern[str]:
    named = [run.strategy.name, run.backtest_id, *run.symbols, *run.strategy.indicators]
    named += [peer.backtest_id for peer in peers]
    named += [f"{run.source.engine or ''} {run.source.version or ''}"] if run.source else []
    names = sorted({plain_form(one_line(name, MAX_NAME)) for name in named}, key=len, reverse=True)
    fit = [re.escape(name) for name in names if _is_a_name(name)]
    exact = [*fit, *(re.escape(day.isoformat()) for day in (run.start, run.end))]
    if run.timeframe in TIMEFRAME_NAMES:
        exact.append(re.escape(run.timeframe or ""))
    phrases = chain(_parameter_phrases(run), exact)
    return re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(phrases)}){_AFTER}", re.IGNORECASE)


def plain_form(text: str) -> str:
    """The text as it is compared: one way to write each character."""
    return unicodedata.normalize("NFKC", text)


def _is_a_name(name: str) -> bool:
    """Whether a text can only be a name: 005930 or 50% could be a figure just as well."""
    said = name.casefold().replace("_", " ")
    return sum(character.isalpha() for character in name) >= LEAST_LETTERS and said not in _METRIC_NAMES


def _parameter_phrases(run: Backtest) -> Iterator[str]:
    """Ways to say a parameter with its number: length 14, length=14, RSI(14), MACD(12, 26, 9)."""
    numbers: list[str] = []
    for name, value in run.strategy.parameters.items():
        shown = plain_form(one_line(name, MAX_VALUE))
        if isinstance(value, bool) or not isinstance(value, int | float) or not _is_a_name(shown):
            continue
        numbers.append(re.escape(number_text(value)))
        spoken = re.escape(shown).replace("_", "[_ ]")
        yield rf"{spoken}(?:\s?[=:]\s?|\s|\s?\(){numbers[-1]}\)?"
    owners = [re.escape(plain_form(owner)) for owner in run.strategy.indicators[:MAX_LISTED] if _is_a_name(owner)]
    if numbers and owners:
        number = f"(?:{'|'.join(sorted(set(numbers), key=len, reverse=True))})"
        yield rf"(?:{'|'.join(owners)})\s?\(?{number}(?:(?:,\s?|/){number})*\)?"
