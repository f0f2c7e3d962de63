"""Files of an invoice as the lines that the service takes, with a report on every record of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from entrypoints.cli.invoice_columns import KNOWN, OF_NO_USE, Line, Misread, kind_of, line_of, named
from entrypoints.cli.invoice_records import Record, records_of
from entrypoints.cli.reach import Failed


@dataclass(slots=True, kw_only=True)
class InvoiceFile:
    """What was read of a file, and what was not."""

    path: str
    lines: list[Line] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    stating_nothing: int = 0
    filtered_out: int = 0
    not_used: list[str] = field(default_factory=list)
    kinds: set[str | None] = field(default_factory=set)

    def report(self) -> dict[str, Any]:
        """What there is to say of the file, for a program."""
        return {
            "path": self.path,
            "lines_used": len(self.lines),
            "lines_stating_nothing": self.stating_nothing,
            "lines_filtered_out": self.filtered_out,
            "columns_not_used": self.not_used,
            "errors": [{"place": place, "message": message} for place, message in self.wrong],
        }


def read_invoice(path: str, only: Sequence[str]) -> InvoiceFile:
    """The lines of a file, of those records only of which each `column=value` holds. Raises: Failed."""
    wanted = dict(_condition(each) for each in only)
    read = InvoiceFile(path=path)
    columns: dict[str, bool] = {}
    more = False
    for record in records_of(Path(path)):
        for column, value in record.values.items():
            columns[column] = columns.get(column, False) or value is not None
        more = record.values.get("has_more") is True
        _take(read, record, wanted)
    missing = [column for column in wanted if column not in columns]
    if missing:
        raise Failed(f"{path}: has no column {missing[0]}, which --only asks for")
    if more:
        read.wrong.append(("the end", "says that there are further pages (has_more), and they are not in the file"))
    told = (column for column, says_something in columns.items() if says_something)
    read.not_used = [each for each in told if each not in KNOWN and not OF_NO_USE.fullmatch(each)]
    return read


def _condition(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not equals:
        raise Failed(f"--only takes COLUMN=VALUE, not {text!r}")
    return named(column), value


def _take(read: InvoiceFile, record: Record, wanted: Mapping[str, str]) -> None:
    if record.wrong is not None:
        read.wrong.append((record.place, record.wrong))
        return
    if any(str(record.values.get(column, "")) != value for column, value in wanted.items()):
        read.filtered_out += 1
        return
    try:
        line = line_of(record.values)
    except Misread as misread:
        read.wrong.append((record.place, str(misread)))
        return
    if line is None:
        read.stating_nothing += 1
        return
    read.lines.append(line)
    read.kinds.add(kind_of(record.values))


def joined(files: Iterable[InvoiceFile]) -> list[Line]:
    """The lines of all files; those that are of no single call are summed by day and model, which changes no figure."""
    sums: dict[tuple[str, str], Line] = {}
    calls: list[Line] = []
    for line in (line for file in files for line in file.lines):
        if "time" in line or "request_id" in line:
            calls.append(line)
            continue
        summed = sums.setdefault((str(line["day"]), str(line["model"])), {"day": line["day"], "model": line["model"]})
        for name, value in line.items():
            if name == "cost_usd":
                summed[name] = f"{Decimal(str(summed.get(name, 0))) + Decimal(str(value)):f}"
            elif isinstance(value, int):
                summed[name] = int(summed.get(name, 0)) + value
    return [*sums.values(), *calls]


def covered(files: Iterable[InvoiceFile]) -> list[str] | None:
    """The kinds of calls that the files cover together; None where that may be all of them."""
    kinds = {kind for file in files for kind in file.kinds}
    return None if None in kinds or not kinds else sorted(kind for kind in kinds if kind is not None)
