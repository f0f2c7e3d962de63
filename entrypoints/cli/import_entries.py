"""What there is in files to import: an entry for each line or run, good or not."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.errors import Violation
from domain.foreign_run import MOST_BYTES, ImportedRun, Stated, UnreadableFile, imported
from entrypoints.cli.files import content_of
from entrypoints.cli.output import progress
from entrypoints.cli.reach import Failed

MARK = b"\xef\xbb\xbf"


@dataclass(slots=True, kw_only=True)
class Entry:
    """A line or a run of a file: where it is, what is sent of it, and what stands against it."""

    place: dict[str, Any]
    line: bytes | None = None
    backtest_id: str | None = None
    errors: list[dict[str, str]] = field(default_factory=list)
    nulled: list[dict[str, str]] = field(default_factory=list)

    @property
    def file_is_lost(self) -> bool:
        """Whether nothing of its file could be read."""
        return "line" not in self.place and "place" not in self.place


def ndjson_entries(paths: Sequence[Path]) -> list[Entry]:
    """Every line that is not empty, under its number. Raises: Failed, where the only file cannot be read."""
    if len(paths) == 1:
        return list(_ndjson(paths[0]))
    return [entry for path in paths for entry in _guarded(path, _ndjson)]


def engine_entries(paths: Sequence[Path], arguments: argparse.Namespace) -> list[Entry]:
    """Every run of the files, as a line that the service takes. Raises: Failed."""
    from entrypoints.container.importers import build_readers

    reader, stated = build_readers()[arguments.format], _stated(arguments)

    def runs_of(path: Path) -> Iterator[Entry]:
        for run in reader.read(content_of(path, most=MOST_BYTES), name=path.name):
            yield _entry(path, imported(run, stated))

    entries: list[Entry] = []
    with progress("reading", len(paths)) as bar:
        for path in paths:
            entries += _guarded(path, runs_of)
            bar.advance(0)  # type: ignore[arg-type]  # rich's TaskID is an int
    if stated.backtest_id and len(entries) > 1:
        raise Failed(f"--id names one run, and there are {len(entries)}")
    return entries


def _guarded(path: Path, entries_of: Callable[[Path], Iterable[Entry]]) -> list[Entry]:
    """The entries of a file; where it cannot be read one that says so, which costs no other file."""
    try:
        return list(entries_of(path))
    except UnreadableFile as error:
        message = str(error)
    except Failed as failure:
        message = str(failure).removeprefix(f"{path}: ")
    return [Entry(place={"path": printable(str(path))}, errors=[{"field": "", "message": printable(message)}])]


def _ndjson(path: Path) -> Iterator[Entry]:
    """Raises: Failed."""
    content = content_of(path).removeprefix(MARK)
    if not content.strip():
        raise Failed(f"{path}: holds no line")
    if content.lstrip()[:1] == b"[":
        raise Failed(f"{path}: holds a JSON array; write one backtest a line, as `jq -c '.[]'` does")
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip():
            yield Entry(place={"path": printable(str(path)), "line": number}, line=line)


def _entry(path: Path, run: ImportedRun) -> Entry:
    from msgspec.json import encode

    from entrypoints.http.backtest_body import BacktestBody

    return Entry(
        place={"path": printable(str(path)), "place": run.place},
        line=None if run.backtest is None else encode(BacktestBody.of(run.backtest)),
        backtest_id=run.backtest_id,
        errors=_faults(run.errors),
        nulled=[{"metric": each.metric, "reason": each.reason} for each in run.nulled],
    )


def _faults(errors: Iterable[Violation]) -> list[dict[str, str]]:
    """What is wrong, as reports have it."""
    return [{"field": printable(error.field), "message": printable(error.message)} for error in errors]


def printable(text: str) -> str:
    """The text, with half surrogates, which names of files and JSON may hold, written out."""
    return text.encode("utf-8", "backslashreplace").decode()


def like_another(path: Path) -> str:
    """The end of a message on a file that is not ours, where it looks like another engine's."""
    from entrypoints.container.importers import format_like

    looks = format_like(content_of(path, most=MOST_BYTES))
    return f"; the file looks like {looks}: quantrail import {looks}" if looks not in (None, "ndjson") else ""


def _stated(arguments: argparse.Namespace) -> Stated:
    return Stated(
        strategy=arguments.strategy,
        symbols=tuple(arguments.symbol or ()),
        start=arguments.start,
        end=arguments.end,
        timeframe=arguments.timeframe,
        parameters=dict(arguments.param or ()),
        notes=arguments.notes,
        version=arguments.engine_version,
        backtest_id=arguments.id,
    )
