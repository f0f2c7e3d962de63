"""How good the search is, on questions of which the right answers are known, over real backtests."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.retrieval.corpus import corpus
from benchmarks.retrieval.describing import description
from benchmarks.retrieval.gold import own_runs
from benchmarks.retrieval.questions import WrongQuestions, placed, read_file
from benchmarks.retrieval.reporting import document, goals_of, print_failures, print_results
from benchmarks.retrieval.running import BOTH, DEVELOPMENT, SEALED, Plan, Results, evaluated
from entrypoints.cli.output import print_json

EXAMPLE = "example:\n  quantrail eval retrieval --half development --failures --keep /tmp/eval"


def main(arguments: Sequence[str]) -> int:
    """Runs what the arguments ask for. 1 where a file cannot be used, or with `--strict` a goal is missed."""
    asked = _parser().parse_args(arguments)
    if asked.describe:
        print("\n".join(description(corpus())))
        return 0
    try:
        return validate(asked.validate) if asked.validate else _evaluate(asked)
    except WrongQuestions as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="quantrail eval retrieval",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--half", choices=[DEVELOPMENT, SEALED, BOTH], default=BOTH, help="which questions (both)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="index there, and use what is there already")
    parser.add_argument("--no-ablation", action="store_true", help="leave out the rows with one stage changed")
    parser.add_argument("--failures", action="store_true", help="list each wrong answer of the development half")
    parser.add_argument("--unseal", action="store_true", help="with --failures: those of the sealed half as well")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a goal is missed")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--describe", action="store_true", help="print what is in the corpus, and end")
    parser.add_argument("--validate", nargs="+", type=Path, metavar="FILE", help="check question files, and end")
    return parser


def _evaluate(asked: argparse.Namespace) -> int:
    plan = Plan(half=asked.half, ablation=not asked.no_ablation, keep=asked.keep)
    results = asyncio.run(evaluated(plan))
    if asked.json:
        print_json(document(results))
    else:
        print_results(results)
        if asked.failures:
            _list_failures(results, unsealed=asked.unseal)
    missed = [goal for goal in goals_of(results) if not goal.is_met]
    return 1 if asked.strict and missed else 0


def _list_failures(results: Results, *, unsealed: bool) -> None:
    for half, judged in results.product.judged.items():
        if half == DEVELOPMENT or unsealed:
            print(f"\nWrong answers of the {half} half")
            print_failures(judged)


def validate(files: Sequence[Path]) -> int:
    """Says how many questions there are; never what they ask. Raises: WrongQuestions, with what is wrong."""
    questions = [question for path in files for question in read_file(path)]
    placed(questions, own_runs(corpus()))
    print(f"{len(questions)} questions can be used")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
