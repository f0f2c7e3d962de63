"""The command line of `quantrail import`."""

import argparse
import re
from datetime import date
from typing import Final

FORMATS: Final = ("ndjson", "backtesting", "freqtrade", "vectorbt", "lean", "backtrader")
EXAMPLE: Final = (
    "quantrail import ndjson runs.ndjson --user minji\n"
    "  quantrail import backtesting stats.json --user minji --symbol GOOG --timeframe 1d\n"
    "  quantrail import freqtrade user_data/backtest_results --user minji\n"
    "  quantrail import vectorbt stats.csv --user minji --strategy '골든크로스' --symbol GOOG --dry-run"
)
STATING: Final = {
    "strategy": "--strategy",
    "symbol": "--symbol",
    "start": "--start",
    "end": "--end",
    "timeframe": "--timeframe",
    "param": "--param",
    "id": "--id",
    "notes": "--notes",
    "engine_version": "--engine-version",
}
"""The options that say of a run what its file does not."""
WHOLE: Final = re.compile(r"[+-]?\d{1,15}")
FRACTION: Final = re.compile(r"[+-]?(\d+\.\d*|\.\d+|\d+(?=[eE]))([eE][+-]?\d+)?")


def add_import_options(command: argparse.ArgumentParser) -> None:
    """What the command takes."""
    what = "ndjson (one backtest a line, as POST /api/v1/backtests takes it), or the engine that wrote the file"
    command.add_argument("format", choices=FORMATS, metavar="FORMAT", help=f"{what}: {', '.join(FORMATS[1:])}")
    command.add_argument("path", nargs="+", metavar="PATH", help="a file, or a folder of files; may be several")
    command.add_argument("--user", required=True, help="whose backtests")
    command.add_argument("--dry-run", action="store_true", help="print what would be recorded, and record nothing")
    stated = command.add_argument_group(
        "what the files do not say", "Of every run of the files; believed before what a file says. Not with ndjson."
    )
    stated.add_argument("--strategy", metavar="NAME", help="the strategy's name")
    stated.add_argument("--symbol", action="append", metavar="S", help="what was traded; may be repeated")
    stated.add_argument("--start", type=_day, metavar="DAY", help="the first day of the test, such as 2004-08-19")
    stated.add_argument("--end", type=_day, metavar="DAY", help="its last day")
    stated.add_argument("--timeframe", metavar="T", help="how long a bar is, such as 1d or 5m")
    stated.add_argument(
        "--param", action="append", type=_parameter, metavar="K=V", help="a parameter of the strategy; may be repeated"
    )
    stated.add_argument("--notes", metavar="TEXT", help="what to note of it")
    stated.add_argument("--engine-version", metavar="V", help="which version of the engine computed it")
    stated.add_argument("--id", metavar="ID", help="its backtest_id, of one run only (default: made of its content)")


def refuse_what_ndjson_states(command: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Nothing, but where an option is given that lines of our own say themselves: that is bad usage."""
    given = [option for name, option in STATING.items() if getattr(arguments, name) is not None]
    if arguments.format == "ndjson" and given:
        command.error(f"{given[0]} does not go with ndjson: each of its lines says everything")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"must be a day such as 2004-08-19, not {text!r}") from error


def _parameter(text: str) -> tuple[str, float | int | str | bool]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise argparse.ArgumentTypeError(f"must be NAME=VALUE, not {text!r}")
    return name.strip(), _value(value.strip())


def _value(text: str) -> float | int | str | bool:
    if text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    if WHOLE.fullmatch(text):
        return int(text)
    return float(text) if FRACTION.fullmatch(text) else text
