"""`quantrail ledger`: the books, looked at by whoever runs the service."""

import argparse

from entrypoints.cli.commands import ask
from entrypoints.cli.output import console, print_json
from entrypoints.cli.reach import Failed
from entrypoints.settings import Settings

PATIENCE_SECONDS = 3_600.0
"""Millions of rows are read several times."""


def verify(settings: Settings, arguments: argparse.Namespace) -> None:
    """Prints what was checked and each difference in a line. Raises: Failed where there is any."""
    answer = ask(settings, "ledger", "GET", "/api/v1/admin/ledger/verify", timeout_seconds=PATIENCE_SECONDS)
    differences = answer["differences"]
    if arguments.json:
        print_json(answer)
    else:
        out = console()
        checked = ", ".join(f"{count} {what}" for what, count in answer["checked"].items())
        out.print(f"checked: {checked}", markup=False)
        for each in differences:
            line = f"{each['check']} {each['subject']}: expected {each['expected']}, found {each['found']}"
            out.print(line, markup=False, soft_wrap=True)
        if not differences:
            out.print("no difference")
    if differences:
        places = "one place" if len(differences) == 1 else f"{len(differences)} places"
        raise Failed(f"the ledger differs from its rows in {places}")
