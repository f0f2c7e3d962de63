"""Statistics as pandas saves them: a series or a frame, as JSON or CSV, each run a row of it or a column."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from adapters.importers.documents import document_of, holds_json, text_of
from adapters.importers.recognition import names_in, not_of
from domain.foreign_run import UnreadableFile

DELIMITERS: Final = (",", "\t", ";")
LOOKED_AT: Final = 100
OPENING: Final = frozenset({"Start", "End", "Duration", "Period"})
"""Labels with which engines begin, and that tell none of them."""
Cells: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One run: its statistics by label, and what its index says of it: of an index without a name, under ''."""

    place: str
    cells: Cells = field(default_factory=dict)
    index: Cells = field(default_factory=dict)
    wrong: str | None = None


def rows_of(content: bytes, *, known: frozenset[str], engine: str) -> list[Row]:
    """Every run of the file, told by the labels that the engine is known for. Raises: UnreadableFile."""
    text = text_of(content)
    rows, names = (_json_rows if holds_json(text) else _csv_rows)(text, known)
    if not rows:
        raise not_of(engine, f"no statistics of {engine}", names)
    return rows


def _json_rows(text: str, known: frozenset[str]) -> tuple[list[Row], Iterator[str]]:
    try:
        document = document_of(text)
    except UnreadableFile:
        rows = list(_lines(text, known))
        if all(row.wrong for row in rows):
            raise
        return rows, iter(())
    return list(_inside(document, known)), names_in(document)


def _lines(text: str, known: frozenset[str]) -> Iterator[Row]:
    """Not one document: then a series a line, where any line is one."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                document = document_of(line)
            except UnreadableFile as error:
                yield Row(place=f"line {number}", wrong=str(error))
                continue
            yield _record(f"line {number}", document, known)


def _record(place: str, document: object, known: frozenset[str]) -> Row:
    """A row whose columns left of the first statistic are its index."""
    if not isinstance(document, Mapping) or not known & document.keys():
        return Row(place=place, wrong="holds no statistics")
    index: dict[str, object] = {}
    for name in document:
        if name in known | OPENING:
            break
        index[name] = document[name]
    return Row(place=place, cells=document, index=index)


def _inside(document: Any, known: frozenset[str]) -> Iterator[Row]:  # noqa: ANN401  # JSON
    if isinstance(document, Mapping):
        if "schema" in document and isinstance(document.get("data"), list):
            document = document["data"]
        elif isinstance(document.get("index"), list) and isinstance(document.get("data"), list):
            document = _joined(document)
    if isinstance(document, list):
        yield from _records(document, known)
    elif isinstance(document, Mapping):
        yield from _series_or_frame(document, known)


def _joined(split: Mapping[str, Any]) -> Mapping[str, Any] | list[Any]:
    """What pandas split into names and values, put together."""
    index, values, columns = split["index"], split["data"], split.get("columns")
    if not isinstance(columns, list):
        return {"name": split.get("name"), **dict(zip(map(str, index), values, strict=False))}
    rows = [dict(zip(map(str, columns), row, strict=False)) for row in values if isinstance(row, list)]
    return {str(label): row for label, row in zip(index, rows, strict=False)}


def _records(records: Sequence[Any], known: frozenset[str]) -> Iterator[Row]:
    """A list of runs, or of labels with their values."""
    told = [tuple(each.values()) for each in records if isinstance(each, Mapping)]
    pairs = [pair for pair in told if len(pair) == 2 and isinstance(pair[0], str)]  # noqa: PLR2004  # a pair
    if known & {label for label, _ in pairs}:
        yield Row(place="the run", cells=dict(pairs))
        return
    if any(isinstance(each, Mapping) and known & each.keys() for each in records):
        for number, each in enumerate(records, start=1):
            yield _record(f"run {number}", each, known)


def _series_or_frame(document: Mapping[str, Any], known: frozenset[str]) -> Iterator[Row]:
    runs: Mapping[str, Mapping[str, Any]]
    labels = known & document.keys()
    if not labels:
        runs = {name: each for name, each in document.items() if isinstance(each, Mapping) and known & each.keys()}
    elif any(isinstance(document[label], Mapping) for label in labels):
        runs = _turned(document)
    else:
        yield Row(place="the run", cells=document)
        return
    for name, cells in runs.items():
        index = {"": name} if len(runs) > 1 else {}
        yield Row(place=f"run {name}" if index else "the run", cells=cells, index=index)


def _turned(frame: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Statistics by run, from runs by statistic."""
    runs: dict[str, dict[str, Any]] = {}
    for label, values in frame.items():
        for name, value in values.items() if isinstance(values, Mapping) else ():
            runs.setdefault(name, {})[label] = value
    return runs


def _csv_rows(text: str, known: frozenset[str]) -> tuple[list[Row], Iterator[str]]:
    head = text.splitlines()[:LOOKED_AT]
    delimiter = max(
        DELIMITERS, key=lambda each: len(known & {c.strip(' "') for line in head for c in line.split(each)})
    )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in line]) for line in reader if any(map(str.strip, line))]
    except csv.Error as error:
        raise UnreadableFile(f"line {reader.line_num} is no CSV: {error}") from error
    names = (cell for _, line in lines[:LOOKED_AT] for cell in line)
    if lines and len(known & set(lines[0][1])) > 1:
        return list(_wide(lines, known)), names
    return list(_tall(lines, known)), names


def _wide(lines: Sequence[tuple[int, list[str]]], known: frozenset[str]) -> Iterator[Row]:
    """A header of labels, and a run a line."""
    header = lines[0][1]
    for number, line in lines[1:]:
        if len(line) != len(header):
            yield Row(place=f"line {number}", wrong=f"has {len(line)} cells where the header has {len(header)}")
        else:
            yield _record(f"line {number}", dict(zip(header, line, strict=True)), known)


def _tall(lines: Sequence[tuple[int, list[str]]], known: frozenset[str]) -> Iterator[Row]:
    """A label a line, and a run a column; the lines above the first label are the index of the runs."""
    if not known & {line[0] for _, line in lines}:
        return
    first = next((i for i, (_, line) in enumerate(lines) if line[0] in known | OPENING))
    width = len(lines[first][1])
    for number, line in lines[first:]:
        if len(line) != width:
            raise UnreadableFile(f"line {number} has {len(line)} cells where others have {width}")
    for column in range(1, width):
        index = {line[0]: line[column] for _, line in lines[:first] if column < len(line)}
        cells = {line[0]: line[column] for _, line in lines[first:]}
        yield Row(place="the run" if width == 2 else f"column {column + 1}", cells=cells, index=index)  # noqa: PLR2004  # a label and a value
