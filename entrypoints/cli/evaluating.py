"""`quantrail eval`: what the repository measures of itself. The measuring is in `benchmarks`, which no wheel holds."""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from entrypoints.cli.parsing import Commands, add
from entrypoints.cli.reach import Failed
from entrypoints.settings import Settings

ROOT: Final = Path(__file__).resolve().parents[2]
MEASURED_WITH: Final = ("arch", "backtesting", "bokeh_sampledata", "talib")
"""What the corpus is made from; the development packages bring it."""
ABOUT: Final = (
    "How good the search is: questions of which the right answers are known, over real backtests of two dozen users."
)
EXAMPLE: Final = "quantrail eval retrieval --half development --failures --keep /tmp/eval"
HALVES: Final = ("development", "sealed", "both")


def add_eval(commands: Commands) -> None:
    """The group, with an action for each thing that is evaluated."""
    about = "measure the search against known answers, from a checkout of the repository"
    # The evaluation has settings of its own: what is set around it must not change what it says.
    group = add(commands, "eval", about, example=EXAMPLE, run=evaluate_retrieval, pinned=True)
    actions = group.add_subparsers(title="actions", metavar="ACTION", required=True)
    about = "measure the search, beside dense search, BM25 and a random ranker"
    retrieval_options(add(actions, "retrieval", about, example=EXAMPLE, run=evaluate_retrieval, pinned=True))


def retrieval_options(parser: argparse.ArgumentParser) -> None:
    """What the evaluation takes, here and where it is run as a module."""
    parser.add_argument("--half", choices=HALVES, default="both", help="which questions (default both)")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep the vectors there, and use those that are there"
    )
    parser.add_argument("--no-ablation", action="store_true", help="leave out the rows with one stage changed")
    parser.add_argument("--reading", action="store_true", help="only what is read of conditions and orders: in seconds")
    parser.add_argument("--failures", action="store_true", help="list each wrong answer of the development half")
    parser.add_argument("--unseal", action="store_true", help="with --failures: those of the sealed half as well")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a goal is missed")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def evaluate_retrieval(_: Settings, arguments: argparse.Namespace) -> None:
    """Runs the evaluation in the checkout that this is, and ends as it does. Raises: Failed."""
    if not (ROOT / "benchmarks" / "retrieval").is_dir():
        raise Failed("the evaluation is no part of the package: run it from a checkout of the repository")
    missing = [name for name in MEASURED_WITH if find_spec(name) is None]
    if missing:
        raise Failed(
            f"the evaluation needs the development packages, which `make setup` installs: {', '.join(missing)}"
        )
    command = [sys.executable, "-m", "benchmarks.retrieval", *as_given(arguments)]
    ended = subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603  # this very interpreter and the project's module
    if ended.returncode:
        sys.exit(ended.returncode)


def as_given(arguments: argparse.Namespace) -> Iterator[str]:
    """The options again, for a process in another folder."""
    yield from ("--half", arguments.half)
    if arguments.keep is not None:
        yield from ("--keep", str(arguments.keep.absolute()))
    for name in ("no_ablation", "reading", "failures", "unseal", "strict", "json"):
        if getattr(arguments, name):
            yield f"--{name.replace('_', '-')}"
