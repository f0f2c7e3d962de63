"""`quantrail ledger reconcile`: a provider's invoice held against the ledger."""

import argparse
import asyncio
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from entrypoints.cli.invoice_file import InvoiceFile, covered, joined, read_invoice
from entrypoints.cli.output import UNKNOWN, console, print_json, table
from entrypoints.cli.reach import Failed, reach
from entrypoints.settings import Settings

PATH = "/api/v1/admin/ledger/reconcile"
UNCERTAIN = ("unknown", "estimated", "pending", "failed")
ACCOUNT_COLUMNS = ("day", "model", "calls>", "tokens>", "cost USD>", *(f"{status}>" for status in UNCERTAIN), "")
ROW_COLUMNS = ("row=", "at", "user", "service", "why", "input>", "output>", "cost USD>")
CALL_COLUMNS = ("day and model", "time", "id", "input>", "output>", "cost USD>")


def reconcile(settings: Settings, arguments: argparse.Namespace) -> None:
    """Compares the invoice with the ledger; fails with a line for each difference, and for what cannot be read."""
    files = [read_invoice(path, arguments.only or ()) for path in arguments.invoice]
    lines = joined(files)
    if not lines:
        raise Failed("\n".join([*_unread(files), "no line of the invoice states calls, tokens or cost"]))
    body = {
        "lines": lines, "from": arguments.since, "to": arguments.until, "tolerance": _share(arguments.tolerance),
        "covers": covered(files), "rows": arguments.rows,
    }  # fmt: skip
    answer = asyncio.run(_ask(settings, body))
    if arguments.json:
        print_json({"files": [file.report() for file in files], **answer})
    else:
        _print(files, answer)
    failures = [*_unread(files), *_differences(answer)]
    if failures:
        raise Failed("\n".join(failures))


async def _ask(settings: Settings, body: object) -> Any:  # noqa: ANN401  # the path's JSON
    async with reach(settings, "ledger") as api:
        return await api.ask("POST", PATH, body=body)


def _share(text: str) -> str:
    """`0.5%` and 0.005 are the same. Raises: Failed."""
    number, percent, rest = text.partition("%")
    try:
        share = Decimal(number.strip()) / (100 if percent else 1)
    except InvalidOperation:
        share = Decimal(-1)
    if rest.strip() or not share.is_finite() or not 0 <= share <= 1:
        raise Failed(f"--tolerance must be a share from 0 to 1, such as 0.005 or 0.5%, not {text!r}")
    return f"{share:f}"


def _unread(files: Sequence[InvoiceFile]) -> Iterator[str]:
    for file in files:
        if file.wrong:
            place, message = file.wrong[0]
            rest = f", and {len(file.wrong) - 1} more" if len(file.wrong) > 1 else ""
            yield f"{file.path}: {len(file.wrong)} of its lines cannot be read: {place} {message}{rest}"


def _differences(answer: Mapping[str, Any]) -> Iterator[str]:
    for account in answer["accounts"]:
        for off in account["differences"]:
            share = "" if off["share"] is None else f" ({Decimal(off['share']):+.2%})"
            which = f"{account['day']} {account['model']}: {off['measure']}"
            yield f"{which}: the ledger has {off['ledger']}, the invoice {off['invoice']}{share}"


def _print(files: Sequence[InvoiceFile], answer: Mapping[str, Any]) -> None:
    out = console()
    for file in files:
        _print_file(file)
    for name, model_id in answer["names"].items():
        if name != model_id:
            out.print(f"{name} is {model_id}", markup=False)
    for name in answer["unknown_names"]:
        out.print(f"{name} is no model of the catalogue", markup=False, style="yellow")
    if answer["left_out"]:
        out.print(f"lines of other days, left out: {answer['left_out']}")
    title = f"Ledger | invoice, {answer['from']} to {answer['to']} (UTC), of {', '.join(answer['providers'])}"
    out.print(table(title, ACCOUNT_COLUMNS, map(_account_row, answer["accounts"])))
    for account in answer["accounts"]:
        _print_evidence(account)
    if answer["within_tolerance"]:
        out.print(f"every figure is within {Decimal(answer['tolerance']):.2%} of the invoice's")


def _print_file(file: InvoiceFile) -> None:
    out = console()
    said = [f"lines used: {len(file.lines)}"]
    said += [f"that state nothing: {file.stating_nothing}"] if file.stating_nothing else []
    said += [f"that --only leaves out: {file.filtered_out}"] if file.filtered_out else []
    said += [f"that cannot be read: {len(file.wrong)}"] if file.wrong else []
    said += [f"columns not used: {', '.join(file.not_used)}"] if file.not_used else []
    out.print(f"{file.path}: {'; '.join(said)}", markup=False)
    for place, message in file.wrong:
        out.print(f"  {place} {message}", markup=False, style="yellow")


def _account_row(account: Mapping[str, Any]) -> list[object]:
    books = (account["ledger"], account["invoice"])
    figures = [_both(*(book[name] for book in books)) for name in ("calls", "cost_usd")]
    figures.insert(1, _both(*map(_tokens, books)))
    verdict = "differs" if account["differences"] else "agrees"
    return [account["day"], account["model"], *figures, *(account["uncertain"][each] for each in UNCERTAIN), verdict]


def _both(ledger: object, invoice: object) -> str:
    return f"{UNKNOWN if ledger is None else ledger} | {UNKNOWN if invoice is None else invoice}"


def _tokens(figures: Mapping[str, Any]) -> int | None:
    stated = [figures[name] for name in ("input_tokens", "output_tokens") if figures[name] is not None]
    return sum(stated) if stated else None


def _print_evidence(account: Mapping[str, Any]) -> None:
    out = console()
    which = f"{account['day']} {account['model']}"
    if account["rows"]:
        out.print(table(f"{which}: rows that may be behind it, the likeliest first", ROW_COLUMNS, _rows(account)))
    if account["calls"]:
        out.print(table(f"{which}: calls of the invoice that no row agrees with", CALL_COLUMNS, _calls(account)))
    if account["differences"] and not account["rows"] and not account["calls"]:
        out.print(f"{which}: no row stands out; each was settled with what the provider reported", markup=False)
    if account["differences"] and account["not_looked_at"]:
        out.print(f"{which}: rows that were not looked at: {account['not_looked_at']}", markup=False, style="yellow")


def _clock(moment: str | None) -> str | None:
    """The time of a day that is told already."""
    return None if moment is None else f"{moment[11:19]}Z"


def _rows(account: Mapping[str, Any]) -> Iterator[list[object]]:
    for suspect in account["rows"]:
        row = suspect["entry"]
        why = ", ".join(suspect["doubts"]).replace("_", " ")
        names = ("input_tokens", "output_tokens", "cost_usd")
        yield [
            row["entry_id"],
            _clock(row["at"]),
            row["user_id"],
            row["service"],
            why,
            *(row[name] for name in names),
        ]


def _calls(account: Mapping[str, Any]) -> Iterator[list[object]]:
    for call in account["calls"]:
        stated, at = call["stated"], call["time"]
        figures = (stated["input_tokens"], stated["output_tokens"], stated["cost_usd"])
        yield [f"{account['day']} {call['model']}", _clock(at), call["request_id"], *figures]
