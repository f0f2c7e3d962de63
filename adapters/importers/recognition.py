"""Which format a file looks like, from the names in it: for the message of a reader that was given another's file."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from adapters.importers.documents import document_of, holds_json, text_of
from domain.foreign_run import UnreadableFile

LEVELS: Final = 4
MOST_NAMES: Final = 5_000
MOST_LINES: Final = 100
MOST_LOOKED_AT: Final = 100_000
MARKS: Final[Mapping[str, frozenset[str]]] = {
    "freqtrade": frozenset({"strategy_comparison", "profit_total", "backtest_start", "total_trades", "pairlist"}),
    "lean": frozenset(
        {"totalperformance", "portfoliostatistics", "tradestatistics", "runtimestatistics", "algorithmconfiguration",
         "total orders", "compounding annual return"}
    ),
    "backtrader": frozenset({"rtot", "rnorm", "rnorm100", "sharperatio", "moneydown", "analyzers"}),
    "vectorbt": frozenset(
        {"total return [%]", "total closed trades", "max gross exposure [%]", "start value", "end value",
         "benchmark return [%]"}
    ),
    "backtesting": frozenset(
        {"return [%]", "return (ann.) [%]", "max. drawdown [%]", "equity final [$]", "# trades",
         "buy & hold return [%]"}
    ),
    "ndjson": frozenset({"backtest_id", "metrics", "total_return", "symbols"}),
}  # fmt: skip
"""Names that only the files of a format have, in lower case; two of them tell it."""
ENOUGH: Final = 2


def names_in(document: Any, levels: int = LEVELS) -> Iterator[str]:  # noqa: ANN401  # JSON
    """The names of the members, outer ones first, not all too deep."""
    if levels and isinstance(document, Mapping):
        yield from document
        document = list(document.values())
    if levels and isinstance(document, list):
        for each in document:
            if isinstance(each, Mapping | list):
                yield from names_in(each, levels - 1)


def format_of(names: Iterable[str]) -> str | None:
    """The format whose names these are; None where they are nobody's."""
    found = {name.strip().casefold() for name in islice(names, MOST_NAMES)}
    told = {name: len(marks & found) for name, marks in MARKS.items()}
    likeliest = max(told, key=lambda name: told[name])
    return likeliest if told[likeliest] >= ENOUGH else None


def names_of(text: str, document: object) -> Iterator[str]:
    """The names in the JSON of a text, or the first cells of what is none."""
    if document is not None:
        yield from names_in(document)
        return
    for line in text[:MOST_LOOKED_AT].splitlines()[:MOST_LINES]:
        yield from (cell.strip(' "') for cell in re.split("[,;\t]", line))


def look(content: bytes) -> str | None:
    """The format that the file looks like; None where it is nobody's, or cannot be read."""
    try:
        text = text_of(content)
        document = document_of(text) if holds_json(text) else None
    except UnreadableFile:
        return None
    return format_of(names_of(text, document))


def not_of(engine: str, what: str, names: Iterable[str]) -> UnreadableFile:
    """The failure of a reader that finds nothing of its engine's in a file."""
    looks = format_of(names)
    hint = f"; it looks like {looks}: quantrail import {looks}" if looks not in (None, engine) else ""
    return UnreadableFile(f"holds {what}{hint}")
