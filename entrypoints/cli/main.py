"""`quantrail`: arguments in, an exit code out."""

import argparse
import os
import sys
from collections.abc import Sequence

from domain.errors import ConfigurationError, DomainError
from domain.usage import UsageStatus
from entrypoints.cli.parsing import Commands
from entrypoints.cli.parsing import add as _add
from entrypoints.cli.parsing import add_json as _json
from entrypoints.settings import Settings

EXIT_FAILED = 1
STATUSES = [status.value for status in UsageStatus]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command: 0 on success, 2 on bad usage, 1 on failure with one clear line on standard error."""
    from entrypoints.cli.output import complain
    from entrypoints.cli.streams import nobody_reads, ready_streams

    ready_streams()
    try:
        try:
            return _run(sys.argv[1:] if arguments is None else arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # `| head` has read what it wanted: that is no failure to speak of.
        nobody_reads()
    except OSError as error:
        nobody_reads()
        complain(f"{error.filename or 'the output'}: {error.strerror or error}")
    except KeyboardInterrupt:
        complain("interrupted")
    return EXIT_FAILED


def _run(arguments: Sequence[str]) -> int:
    from entrypoints.cli.output import complain
    from entrypoints.cli.reach import Failed
    from entrypoints.cli.streams import as_text

    commands = parser()
    try:
        parsed = commands.parse_args([as_text(argument) for argument in arguments])
    except UnicodeError:
        commands.error("an argument is not UTF-8")
    try:
        # A command that pins its own settings is not stopped by what is set around it.
        parsed.run(Settings.of({} if parsed.pinned else os.environ), parsed)
    except ConfigurationError as error:
        for line in error.detail.splitlines():
            complain(line)
        return EXIT_FAILED
    except DomainError as error:
        complain(f"{error.title}: {error.detail}")
        return EXIT_FAILED
    except Failed as error:
        for line in str(error).splitlines():
            complain(line)
        return EXIT_FAILED
    return 0


def parser() -> argparse.ArgumentParser:
    """Every command, with an example each."""
    from entrypoints.cli.evaluating import add_eval
    from entrypoints.cli.index_parser import add_index

    top = argparse.ArgumentParser(
        prog="quantrail",
        description="Governed, remembered, accounted-for GenAI for quant research.",
        epilog="example:\n  quantrail usage --group-by day,model\n\n"
        "COMMAND --help shows more. Settings are environment variables; the README lists them.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _serve(commands)
    _demo(commands)
    _search(commands)
    _usage(commands)
    _keys(commands)
    _ledger(commands)
    _prices(commands)
    _import(commands)
    add_index(commands)
    add_eval(commands)
    return top


def _serve(commands: "Commands") -> None:
    def run(settings: Settings, _: argparse.Namespace) -> None:
        from entrypoints.cli.serve import serve

        serve(settings)

    _add(commands, "serve", "run the HTTP service", example="QUANTRAIL_PORT=9000 quantrail serve", run=run)


def _demo(commands: "Commands") -> None:
    def run(_: Settings, arguments: argparse.Namespace) -> None:
        from entrypoints.cli.demo import demo

        demo(arguments.count)

    about = "run the main job end to end on real backtests, with the local models and a folder of its own"
    command = _add(commands, "demo", about, example="quantrail demo --count 120", run=run, pinned=True)
    command.add_argument("--count", type=_count, default=120, metavar="N", help="how many backtests (100 to 150)")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 100 <= int(text) <= 150:  # noqa: PLR2004  # what its texts say
        raise argparse.ArgumentTypeError(f"must be from 100 to 150, not {text}")
    return int(text)


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"must be 1 or more, not {text}")
    return int(text)


def _search(commands: "Commands") -> None:
    def run(settings: Settings, arguments: argparse.Namespace) -> None:
        from entrypoints.cli.commands import search

        search(settings, arguments)

    example = 'quantrail search "GOOG에서 샤프 0.5 이상인 RSI 전략" --user minji'
    command = _add(commands, "search", "find a user's backtests that answer a question", example=example, run=run)
    command.add_argument("question", help="in Korean or English")
    command.add_argument("--user", required=True, help="whose backtests")
    command.add_argument("--top-k", type=int, default=5, metavar="N", help="how many at most (default 5)")
    command.add_argument("--min-similarity", type=float, metavar="X", help="only what is at least so near")
    _json(command)


def _usage(commands: "Commands") -> None:
    def run(settings: Settings, arguments: argparse.Namespace) -> None:
        from entrypoints.cli.commands import usage

        usage(settings, arguments)

    example = "quantrail usage --from 2026-11-01 --group-by day,model\n  quantrail usage --entries --status unknown"
    command = _add(commands, "usage", "show requests, tokens and cost", example=example, run=run)
    command.add_argument("--from", dest="since", metavar="DAY", help="from this day or time on")
    command.add_argument("--to", dest="until", metavar="DAY", help="up to this day (included) or time")
    command.add_argument("--user", help="only this user's")
    command.add_argument("--service", help="only this service's")
    command.add_argument("--model", help="only this model's")
    status = "only rows that stand so, such as unknown or estimated: those that nobody reported"
    command.add_argument("--status", choices=STATUSES, metavar="STATUS", help=status)
    shown = command.add_mutually_exclusive_group()
    shown.add_argument("--entries", action="store_true", help="list the rows themselves, newest first")
    by = "day,user,service,model,prompt_version,status"
    shown.add_argument("--group-by", default="service,model", metavar="NAMES", help=f"of {by} (default service,model)")
    most = "how many lines at most (default: 20 rows with --entries, else all groups)"
    command.add_argument("--limit", type=_positive, metavar="N", help=most)
    _json(command)


def _keys(commands: "Commands") -> None:
    from entrypoints.cli import commands as work

    example = "quantrail keys create --user minji --role user --name 'minji laptop'"
    keys = _add(commands, "keys", "make, list and revoke keys", example=example, run=work.list_keys)
    actions = keys.add_subparsers(title="actions", metavar="ACTION", required=True)
    create = _add(actions, "create", "make a key and show it this once", example=example, run=work.create_key)
    create.add_argument("--user", required=True, help="whose key")
    create.add_argument("--role", action="append", choices=["user", "service", "admin"], help="may be repeated")
    create.add_argument("--service", action="append", help="only this service; may be repeated")
    create.add_argument("--model", action="append", help="only this model; may be repeated")
    create.add_argument("--expires-at", metavar="TIME", help="such as 2027-01-01T00:00:00Z")
    create.add_argument("--name", help="what to call it")
    revoke = _add(
        actions, "revoke", "take a key back, at once", example="quantrail keys revoke 0193a7…", run=work.revoke_key
    )
    revoke.add_argument("key_id", metavar="KEY_ID", help="as `quantrail keys list` shows it")
    for command in (
        create,
        revoke,
        _add(actions, "list", "show every key", example="quantrail keys list", run=work.list_keys),
    ):
        _json(command)


def _ledger(commands: "Commands") -> None:
    def run(settings: Settings, arguments: argparse.Namespace) -> None:
        from entrypoints.cli.reconciling import reconcile

        reconcile(settings, arguments)

    def verify(settings: Settings, arguments: argparse.Namespace) -> None:
        from entrypoints.cli.ledger import verify

        verify(settings, arguments)

    example = "quantrail ledger reconcile completions_usage_2026-11.csv --tolerance 0.5%"
    ledger = _add(commands, "ledger", "check the book of calls", example=example, run=run)
    actions = ledger.add_subparsers(title="actions", metavar="ACTION", required=True)
    about = "hold a provider's invoice against the ledger, and list the rows behind each difference"
    _reconcile(_add(actions, "reconcile", about, example=example, run=run))
    about = "recompute every counter, hold and sum from the rows, and name what differs"
    _json(_add(actions, "verify", about, example="quantrail ledger verify --json", run=verify))


def _reconcile(command: argparse.ArgumentParser) -> None:
    what = "CSV, JSON Lines, or JSON of OpenAI's usage or costs API; of several the sum counts"
    command.add_argument("invoice", nargs="+", metavar="INVOICE", help=what)
    command.add_argument("--from", dest="since", metavar="DAY", help="from this UTC day on (that of the first line)")
    command.add_argument("--to", dest="until", metavar="DAY", help="up to this UTC day, included (that of the last)")
    tolerance = "what share of the invoice's figure is no difference, such as 0.005 or 0.5%% (default)"
    command.add_argument("--tolerance", default="0.005", metavar="SHARE", help=tolerance)
    only = "only lines of which this holds, such as project_id=proj_1; may be repeated"
    command.add_argument("--only", action="append", metavar="COLUMN=VALUE", help=only)
    command.add_argument("--rows", type=int, default=50, metavar="N", help="rows listed a day and model (default 50)")
    _json(command)


def _prices(commands: "Commands") -> None:
    from entrypoints.cli import price_commands as work

    about = "compare prices with the installed data set, and take them"
    prices = _add(commands, "prices", about, example="quantrail prices diff", run=work.show_differences)
    actions = prices.add_subparsers(title="actions", metavar="ACTION", required=True)
    about = "show what the installed data set of prices would change"
    diff = _add(actions, "diff", about, example="quantrail prices diff", run=work.show_differences)
    about = "take the data set's prices, valid from today; old ledger rows keep theirs"
    apply = _add(actions, "apply", about, example="quantrail prices apply --model gpt-4o-mini", run=work.apply_prices)
    apply.add_argument("--accept", action="store_true", help="also where a price changes by more than three times")
    apply.add_argument("--model", action="append", help="only this model; may be repeated")
    _json(diff)
    _json(apply)


def _import(commands: "Commands") -> None:
    def run(settings: Settings, arguments: argparse.Namespace) -> None:
        from entrypoints.cli.importing import import_backtests

        refuse_what_ndjson_states(command, arguments)
        import_backtests(settings, arguments)

    from entrypoints.cli.import_parser import EXAMPLE, add_import_options, refuse_what_ndjson_states

    command = _add(commands, "import", "record the backtests of files", example=EXAMPLE, run=run)
    add_import_options(command)
    _json(command)


if __name__ == "__main__":
    sys.exit(main())
