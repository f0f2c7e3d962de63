"""The arguments of `quantrail index`."""

from entrypoints.cli.keeping_parser import add_keeping
from entrypoints.cli.parsing import Commands, add


def add_index(commands: Commands) -> None:
    """The group and its actions."""
    from entrypoints.cli import keeping_commands as work

    about = "keep what is remembered: remove what is old, copy all of it, bring a copy back"
    index = add(commands, "index", about, example="quantrail index backup quantrail.backup", run=work.prune)
    add_keeping(index.add_subparsers(title="actions", metavar="ACTION", required=True))
