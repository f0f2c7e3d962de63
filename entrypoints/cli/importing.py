"""`quantrail import`: the backtests of files, line by line, or run by run where another engine wrote them."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from entrypoints.cli.import_entries import Entry, engine_entries, like_another, ndjson_entries
from entrypoints.cli.import_files import files_of
from entrypoints.cli.output import complain, console, print_json, progress
from entrypoints.cli.reach import Failed, reach
from entrypoints.cli.streams import speaks_unicode
from entrypoints.settings import Settings

LINES_A_REQUEST = 500
BYTES_A_REQUEST = 8_000_000
"""More than that goes out at once only where a single line is as long."""
MOST_LISTED = 20


def import_backtests(settings: Settings, arguments: argparse.Namespace) -> None:
    """Records every backtest of the files; reports on every one, and fails where one was not kept."""
    files = files_of(arguments.path, file_format=arguments.format)
    ours = arguments.format == "ndjson"
    entries = ndjson_entries(files.chosen) if ours else engine_entries(files.chosen, arguments)
    sent = [entry for entry in entries if entry.line is not None]
    if arguments.dry_run:
        report: dict[str, Any] = {"records": _checked(sent)}
    else:
        report = asyncio.run(_record(settings, arguments.user, sent)) if sent else {"accepted": 0, "duplicates": 0}
    report["rejected"] = [_told(entry) | {"errors": entry.errors} for entry in entries if entry.errors]
    if not ours:
        report["nulled"] = [_told(entry) | each for entry in entries for each in entry.nulled]
        report["runs"] = [_told(entry) for entry in sent if _kept(entry)]
    if files.left_out:
        report["left_out"] = list(map(str, files.left_out))
    if arguments.json:
        print_json(report)
    elif arguments.dry_run:
        _print_records(report)
    else:
        _print(report)
    hint = like_another(files.chosen[0]) if ours and not any(_kept(entry) for entry in entries) else ""
    _fail(entries, "lines" if ours else "runs", hint)


def _told(entry: Entry) -> dict[str, Any]:
    return entry.place | {"backtest_id": entry.backtest_id}


def _kept(entry: Entry) -> bool:
    return not entry.errors


def _fail(entries: Sequence[Entry], things: str, hint: str) -> None:
    """Raises: Failed, where something was not kept."""
    lost = [f"{entry.place['path']}: {entry.errors[0]['message']}" for entry in entries if entry.file_is_lost]
    refused = sum(bool(entry.errors) for entry in entries) - len(lost)
    held = len(entries) - len(lost)
    if lost or refused:
        raise Failed("\n".join([*lost, f"{refused} of {held} {things} were not kept{hint}"] if refused else lost))


def _checked(entries: Sequence[Entry]) -> list[Any]:
    """What would be recorded of them; what would be refused is noted with its entry."""
    import msgspec

    from entrypoints.http.backtest_batch import read_batch
    from entrypoints.http.backtest_body import BacktestBody

    if not entries:
        return []
    batch = read_batch(b"\n".join(entry.line or b"" for entry in entries))
    for refused in batch.bad:
        _refuse(entries[refused.line - 1], msgspec.to_builtins(refused))
    return [msgspec.to_builtins(BacktestBody.of(run)) for _, run in batch.good]


def _refuse(entry: Entry, refused: Mapping[str, Any]) -> None:
    entry.backtest_id, entry.errors = refused["backtest_id"], refused["errors"]


def chunks_of(lines: list[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """The lines in order, in parts that one request takes, each with the index of its first."""
    first, size = 0, 0
    for i, line in enumerate(lines):
        if i > first and (i - first == LINES_A_REQUEST or size + len(line) > BYTES_A_REQUEST):
            yield first, lines[first:i]
            first, size = i, 0
        size += len(line) + 1
    yield first, lines[first:]


async def _record(settings: Settings, user: str, entries: Sequence[Entry]) -> dict[str, Any]:
    """How many were stored and how many were there; what is refused is noted with its entry."""
    report = {"accepted": 0, "duplicates": 0}
    lines = [entry.line or b"" for entry in entries]
    sent = 0
    with progress("recording", len(lines)) as bar:
        async with reach(settings, "import") as api:
            for first, chunk in chunks_of(lines):
                try:
                    part = await api.send_lines("/api/v1/backtests/batch", b"\n".join(chunk), user=user)
                except Failed as failure:
                    raise Failed(f"{failure}{_resume(sent, len(lines))}") from failure
                report["accepted"] += part["accepted"]
                report["duplicates"] += part["duplicates"]
                for refused in part["rejected"]:
                    _refuse(entries[first + refused["line"] - 1], refused)
                sent += len(chunk)
                bar.advance(0, len(chunk))  # type: ignore[arg-type]  # rich's TaskID is an int
    return report


def _resume(sent: int, lines: int) -> str:
    if not sent:
        return ""
    return f"; {sent} of {lines} lines were dealt with: import it again, what is stored is not stored twice"


def _print_records(report: Mapping[str, Any]) -> None:
    """The records as NDJSON, for a file or another command; what is refused goes where it disturbs none of it."""
    for record in report["records"]:
        print(json.dumps(record, ensure_ascii=not speaks_unicode(sys.stdout)))
    for refused in report["rejected"]:
        complain(_line_of(refused))


def _print(report: Mapping[str, Any]) -> None:
    out = console()
    out.print(f"{report['accepted']} stored, {report['duplicates']} there already, {len(report['rejected'])} refused")
    lines = [_line_of(refused) for refused in report["rejected"]]
    for line in lines:
        out.print(line, markup=False, style="yellow", soft_wrap=True)
    runs = report.get("runs", ())
    for line in [*_missing(report), *(f"{_where(run)} is kept" for run in runs[:MOST_LISTED])]:
        out.print(line, markup=False, soft_wrap=True)
    if len(runs) > MOST_LISTED:
        out.print(f"and {len(runs) - MOST_LISTED} more: --json lists every id")
    if report.get("left_out"):
        out.print(f"files of the folder that are no results, left out: {len(report['left_out'])}")


def _missing(report: Mapping[str, Any]) -> Iterator[str]:
    """What is missing of each run, in a line, and why."""
    by_run: dict[str, list[str]] = {}
    for each in report.get("nulled", ()):
        by_run.setdefault(_where(each), []).append(f"{each['metric']} ({each['reason']})")
    for run, missing in by_run.items():
        yield f"{run} is without {'; '.join(missing)}"


def _line_of(refused: Mapping[str, Any]) -> str:
    faults = "; ".join(f"{e['field']}: {e['message']}" if e["field"] else e["message"] for e in refused["errors"])
    return f"{_where(refused)}: {faults}"


def _where(entry: Mapping[str, Any]) -> str:
    """`line 4 (bt-x)`, or the path and place of a run."""
    place = f"line {entry['line']}" if "line" in entry else f"{entry['path']}, {entry.get('place', 'the file')}"
    return f"{place} ({entry['backtest_id'] or 'no id'})"
