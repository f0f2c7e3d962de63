"""The golden files with something of them changed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from domain.foreign_run import ForeignRun, ImportedRun, Stated, imported
from tests.golden.files import RUNS, golden, read

TEXTS = RUNS["winner"]
ROOTS: Mapping[str, Sequence[str]] = {
    "backtesting": (),
    "vectorbt": (),
    "freqtrade": ("strategy", "Winner"),
    "lean": ("totalPerformance",),
    "backtrader": ("analyzers",),
}
"""Where the figures are."""
REMOVED = object()


def document_of(file_format: str, changes: Mapping[str, object]) -> Any:  # noqa: ANN401  # JSON
    """The file of the run with one trade that won, with other values at the dotted paths below its figures."""
    document = json.loads(golden(file_format, TEXTS[file_format]))
    for path, value in changes.items():
        steps = [path] if file_format in ("backtesting", "vectorbt") else path.split(".")
        place = document
        for step in (*ROOTS[file_format], *steps[:-1]):
            place = place[step]
        if value is REMOVED:
            del place[steps[-1]]
        else:
            place[steps[-1]] = value
    return document


def changed(file_format: str, changes: Mapping[str, object]) -> ForeignRun:
    (run,) = read(file_format, json.dumps(document_of(file_format, changes)).encode())
    return run


def made(file_format: str, changes: Mapping[str, object], stated: Stated | None = None) -> ImportedRun:
    return imported(changed(file_format, changes), stated or Stated(strategy="s", symbols=("GOOG",)))
