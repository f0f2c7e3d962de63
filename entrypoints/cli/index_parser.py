"""The arguments of `quantrail index`."""

from entrypoints.cli.keeping_parser import add_keeping
from entrypoints.cli.parsing import Commands, add, add_json
from entrypoints.vector_settings import VECTOR_STORES


def add_index(commands: Commands) -> None:
    """The group and its actions."""
    from entrypoints.cli import index_commands as work

    example = "quantrail index status"
    about = "look at the index, build it anew, move it, check it; keep what is remembered"
    index = add(commands, "index", about, example=example, run=work.show_status)
    actions = index.add_subparsers(title="actions", metavar="ACTION", required=True)
    about = "show the store, its spaces beside the archive, and what is being built"
    add_json(add(actions, "status", about, example="quantrail index status --json", run=work.show_status))
    _add_builds(actions)
    _add_verify(actions)
    add_keeping(actions)


def _add_builds(actions: Commands) -> None:
    from entrypoints.cli import index_commands as work

    about = "build the index anew from the archive, while the old one answers"
    rebuild = add(actions, "rebuild", about, example="quantrail index rebuild", run=work.rebuild)
    about = "move the index to another store, while the old one answers"
    example = "quantrail index migrate --to qdrant --url http://127.0.0.1:6333"
    migrate = add(actions, "migrate", about, example=example, run=work.migrate)
    migrate.add_argument("--to", required=True, choices=VECTOR_STORES, metavar="STORE", help=", ".join(VECTOR_STORES))
    migrate.add_argument("--url", help="where it runs, as QUANTRAIL_VECTOR_STORE_URL takes it")
    for command in (rebuild, migrate):
        detached = "start it and return: `quantrail index status` shows how far it is"
        command.add_argument("--detach", action="store_true", help=detached)
        add_json(command)
    about = "leave off what is being built; what answers goes on to"
    add_json(add(actions, "stop", about, example="quantrail index stop", run=work.stop))


def _add_verify(actions: Commands) -> None:
    from entrypoints.cli import index_commands as work

    about = "compare the index with the archive, card by card"
    verify = add(actions, "verify", about, example="quantrail index verify --repair", run=work.verify)
    sample = "so many vectors of every user are compared with those that were paid for (default 20)"
    verify.add_argument("--sample", type=int, default=20, metavar="N", help=sample)
    verify.add_argument("--repair", action="store_true", help="index again what is missing, remove what is surplus")
    add_json(verify)
