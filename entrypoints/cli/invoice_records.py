"""The records of an invoice's file, whatever it is: CSV, JSON Lines, or pages of OpenAI's usage API."""

import codecs
import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from entrypoints.cli.files import content_of
from entrypoints.cli.invoice_columns import KNOWN, Value, named
from entrypoints.cli.reach import Failed

DELIMITERS: Final = (",", "\t", ";")
UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MOST_LEVELS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record: where it stands, and what it says under names in lower case, inner ones after a dot."""

    place: str
    values: Mapping[str, Value] = field(default_factory=dict)
    wrong: str | None = None
    """Why it cannot be read; then it says nothing."""


def records_of(path: Path) -> Iterator[Record]:
    """Every record of the file, in order; what cannot be read is one too, with its reason. Raises: Failed."""
    text = _text(path)
    if not text.strip():
        raise Failed(f"{path}: holds no line")
    return _json_records(text, path) if text.lstrip()[0] in "{[" else _csv_records(text, path)


def _text(path: Path) -> str:
    """The file's text; what is not UTF-8 is read as spreadsheets in Korea write it."""
    content = content_of(path)
    for encoding in ("utf-16",) if content.startswith(UTF_16) else ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Failed(f"{path}: is neither UTF-8 nor CP949 text")


def _csv_records(text: str, path: Path) -> Iterator[Record]:
    delimiter = max(
        DELIMITERS, key=lambda each: len(KNOWN & set(map(named, text.lstrip().split("\n", 1)[0].split(each))))
    )
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    while not header:
        header = [named(cell) for cell in next(rows)]
    if not KNOWN & set(header):
        raise Failed(f"{path}: line {rows.line_num} names no column that an invoice has, such as day, model, cost_usd")
    while True:
        line = rows.line_num + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield Record(place=f"line {line}", wrong=f"is no CSV: {error}")
            continue
        if row is None:
            return
        if row:
            yield _csv_record(f"line {line}", header, row)


def _csv_record(place: str, header: Sequence[str], row: Sequence[str]) -> Record:
    if len(row) != len(header):
        return Record(place=place, wrong=f"has {len(row)} cells where the header has {len(header)}")
    return Record(place=place, values={name: cell.strip() or None for name, cell in zip(header, row, strict=True)})


def _json_records(text: str, path: Path) -> Iterator[Record]:
    try:
        document = _parsed(text)
    except (ValueError, RecursionError) as error:
        # Not one document: then one a line, where any line is one.
        lines = [(f"line {number}", line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
        parsed = [(place, *_parsed_line(line)) for place, line in lines]
        if not any(isinstance(document, dict) for _, document, _ in parsed):
            raise Failed(f"{path}: is no JSON: {error}") from error
        for place, document, wrong in parsed:
            yield from _inside(document, place) if wrong is None else [Record(place=place, wrong=wrong)]
        return
    yield from _inside(document, "")


def _parsed_line(line: str) -> tuple[Any, str | None]:
    """What a line holds, or why it cannot be read."""
    try:
        return _parsed(line), None
    except (ValueError, RecursionError) as error:
        return None, f"is no JSON: {error}"


def _parsed(text: str) -> Any:  # noqa: ANN401  # JSON
    return json.loads(text, parse_float=Decimal, parse_constant=_refused)


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _inside(document: Any, place: str, around: Mapping[str, Value] | None = None) -> Iterator[Record]:  # noqa: ANN401  # JSON
    """A list's elements, a page's buckets, a bucket's results, or the one record that it is."""
    if isinstance(document, list):
        for i, each in enumerate(document):
            yield from _inside(each, f"{place}[{i}]", around)
        return
    if not isinstance(document, dict):
        yield Record(place=place or "the file", wrong="is no object")
        return
    for inner in ("data", "results"):
        if isinstance(document.get(inner), list):
            outer = {**(around or {}), **_flat({name: each for name, each in document.items() if name != inner})}
            outer.pop("object", None)
            yield from _inside(document[inner], f"{place}.{inner}".lstrip("."), outer)
            return
    yield Record(place=place or "the file", values={**(around or {}), **_flat(document)})


def _flat(document: Mapping[str, Any], prefix: str = "", level: int = 0) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, value in document.items():
        path = prefix + named(name)
        if isinstance(value, dict) and level < MOST_LEVELS:
            found |= _flat(value, f"{path}.", level + 1)
        elif isinstance(value, str | int | Decimal | bool) or value is None:
            found[path] = value
    return found
