"""The arguments of `quantrail index prune`, `backup` and `restore`."""

import argparse

from entrypoints.cli.parsing import Commands, add, add_json


def add_keeping(actions: Commands) -> None:
    """The three of them."""
    from entrypoints.cli import keeping_commands as work

    example = "quantrail index prune --older-than 365 --keep 5000\n  quantrail index prune --older-than 365 --apply"
    about = "show which backtests would go by age or number, or remove them"
    prune = add(actions, "prune", about, example=example, run=work.prune)
    older = "those recorded more than so many days ago (that of the configuration)"
    prune.add_argument("--older-than", type=_number, metavar="DAYS", help=older)
    keep = "of every user's, all but so many recorded last (that of the configuration)"
    prune.add_argument("--keep", type=_number, metavar="N", help=keep)
    what = prune.add_mutually_exclusive_group()
    what.add_argument("--dry-run", action="store_true", help="remove nothing, as without --apply")
    what.add_argument("--apply", action="store_true", help="remove them")
    add_json(prune)
    about = "copy the whole database into one file, also while the service runs"
    backup = add(
        actions, "backup", about, example="quantrail index backup quantrail-2026-11-20.backup", run=work.backup
    )
    backup.add_argument("--force", action="store_true", help="write over a file that is there")
    about = "bring a copy back, into an empty database of any engine, while no service runs"
    restore = add(actions, "restore", about, example="quantrail index restore quantrail.backup", run=work.restore)
    restore.add_argument("--replace", action="store_true", help="remove all that is in the database before")
    for command in (backup, restore):
        command.add_argument("file", metavar="FILE", help="it holds prompts and digests of keys: keep it safe")
        add_json(command)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1_000_000:  # noqa: PLR2004  # what its text says
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to 1000000, not {text}")
    return int(text)
