"""How every command is declared: a line of help, an example, what runs it."""

import argparse
from collections.abc import Callable
from typing import TypeAlias

from entrypoints.settings import Settings

Command = Callable[[Settings, argparse.Namespace], None]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001  # argparse gives it no public name


def add(
    commands: "Commands", name: str, about: str, *, example: str, run: Command, pinned: bool = False
) -> argparse.ArgumentParser:
    """A command of these commands; `pinned` where it runs with settings of its own."""
    command = commands.add_parser(
        name,
        help=about,
        description=about[:1].upper() + about[1:] + ".",
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run, pinned=pinned)
    return command


def add_json(command: argparse.ArgumentParser) -> None:
    """The command prints its result for a program, where asked to."""
    command.add_argument("--json", action="store_true", help="print the result as JSON")
