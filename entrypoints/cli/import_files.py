"""The files that `quantrail import` is told to import: each by its path, or all of a folder."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from entrypoints.cli.reach import Failed

SUFFIXES: Final[Mapping[str, tuple[str, ...]]] = {
    "ndjson": (".ndjson", ".jsonl"),
    "backtesting": (".json", ".csv"),
    "freqtrade": (".json", ".zip"),
    "vectorbt": (".json", ".csv"),
    "lean": (".json",),
    "backtrader": (".json",),
}
"""How the files of a format end. Of a folder no others are looked at."""
COMPANIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "freqtrade": ("*.meta.json", "*_config.json"),
    "lean": ("*-order-events.json", "*-summary.json", "*-monitor-report*.json", "*-alpha-results.json", "config.json"),
}
"""What an engine writes beside its results, and what is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What is to be imported, in order, and what lies beside it in the folders and is not."""

    chosen: list[Path]
    left_out: list[Path]


def files_of(paths: Sequence[str], *, file_format: str) -> Files:
    """Every path that is a file, and the files of that format in every folder and below. Raises: Failed."""
    chosen: dict[Path, None] = {}
    left_out: list[Path] = []
    for path in map(Path, paths):
        if not _is_folder(path):
            chosen[path] = None
            continue
        inside = list(_below(path))
        found = [each for each in inside if _is_result(each, file_format)]
        if not found:
            endings = " or ".join(SUFFIXES[file_format])
            raise Failed(f"{path}: is a directory with no file of {file_format} ({endings}) in it")
        chosen.update(dict.fromkeys(found))
        left_out += [each for each in inside if each not in chosen]
    return Files(chosen=list(chosen), left_out=left_out)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _below(folder: Path) -> Iterator[Path]:
    """The files in a folder and its folders, sorted, hidden ones left out."""
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        raise Failed(f"{folder}: {error.strerror or error}") from error
    for path in inside:
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)
        elif path.is_file():
            yield path


def _is_result(path: Path, file_format: str) -> bool:
    name = path.name.casefold()
    companion = any(fnmatch(name, pattern) for pattern in COMPANIONS.get(file_format, ()))
    return name.endswith(SUFFIXES[file_format]) and not companion
