"""`quantrail import`: the backtests of a file, line by line."""

import argparse
import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from entrypoints.cli.files import content_of
from entrypoints.cli.output import console, print_json, progress
from entrypoints.cli.reach import Failed, reach
from entrypoints.settings import Settings

LINES_A_REQUEST = 500
BYTES_A_REQUEST = 8_000_000
"""More than that goes out at once only where a single line is as long."""
MARK = b"\xef\xbb\xbf"


def import_backtests(settings: Settings, arguments: argparse.Namespace) -> None:
    """Records every backtest of a file; reports on every line, and fails where one was not kept."""
    lines = _lines(Path(arguments.path))
    report = asyncio.run(_record(settings, arguments.user, lines))
    if arguments.json:
        print_json(report)
    else:
        _print(report)
    if report["rejected"]:
        held = sum(bool(line.strip()) for line in lines)
        raise Failed(f"{len(report['rejected'])} of {held} lines were not kept")


def _lines(path: Path) -> list[bytes]:
    """Every line, the empty ones too, so that numbers are those of the file. Raises: Failed."""
    content = content_of(path).removeprefix(MARK)
    if not content.strip():
        raise Failed(f"{path}: holds no line")
    if content.lstrip()[:1] == b"[":
        raise Failed(f"{path}: holds a JSON array; write one backtest a line, as `jq -c '.[]'` does")
    return content.removesuffix(b"\n").split(b"\n")


def chunks_of(lines: list[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """The lines in order, in parts that one request takes, each with the index of its first."""
    first, size = 0, 0
    for i, line in enumerate(lines):
        if i > first and (i - first == LINES_A_REQUEST or size + len(line) > BYTES_A_REQUEST):
            yield first, lines[first:i]
            first, size = i, 0
        size += len(line) + 1
    yield first, lines[first:]


async def _record(settings: Settings, user: str, lines: list[bytes]) -> dict[str, Any]:
    report: dict[str, Any] = {"accepted": 0, "duplicates": 0, "rejected": []}
    sent = 0
    with progress("recording", len(lines)) as bar:
        async with reach(settings, "import") as api:
            for first, chunk in chunks_of(lines):
                body = b"\n".join(chunk)
                if body.strip():
                    try:
                        part = await api.send_lines("/api/v1/backtests/batch", body, user=user)
                    except Failed as failure:
                        raise Failed(f"{failure}{_resume(sent, len(lines))}") from failure
                    report["accepted"] += part["accepted"]
                    report["duplicates"] += part["duplicates"]
                    report["rejected"] += [line | {"line": line["line"] + first} for line in part["rejected"]]
                sent += len(chunk)
                bar.advance(0, len(chunk))  # type: ignore[arg-type]  # rich's TaskID is an int
    return report


def _resume(sent: int, lines: int) -> str:
    if not sent:
        return ""
    return f"; {sent} of {lines} lines were dealt with: import it again, what is stored is not stored twice"


def _print(report: dict[str, Any]) -> None:
    out = console()
    out.print(f"{report['accepted']} stored, {report['duplicates']} there already, {len(report['rejected'])} refused")
    for line in report["rejected"]:
        faults = "; ".join(f"{e['field']}: {e['message']}" if e["field"] else e["message"] for e in line["errors"])
        out.print(f"line {line['line']} ({line['backtest_id'] or 'no id'}): {faults}", markup=False, style="yellow")
