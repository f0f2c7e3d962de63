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
from benchmarks.retrieval.reporting import (
    document,
    goals_of,
    print_failures,
    print_misreadings,
    print_readings,
    print_results,
)
from benchmarks.retrieval.running import DEVELOPMENT, Plan, Results, evaluated, read_only
from domain.errors import DomainError
from entrypoints.cli.evaluating import ABOUT, retrieval_options
from entrypoints.cli.output import complain, print_json


def main(arguments: Sequence[str]) -> int:
    """Runs what the arguments ask for. 1 where a file cannot be used, or with `--strict` a goal is missed."""
    asked = _parser().parse_args(arguments)
    if asked.describe:
        print("\n".join(description(corpus())))
        return 0
    try:
        if asked.validate:
            return validate(asked.validate)
        return _read(asked) if asked.reading else _evaluate(asked)
    except WrongQuestions as error:
        lines = str(error).splitlines()
    except DomainError as error:
        lines = [f"{error.title}: {error.detail}"]
    except OSError as error:
        lines = [f"{error.filename}: {error.strerror}"]
    for line in lines:
        complain(line)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.retrieval",
        description=f"{ABOUT} As `quantrail eval retrieval`, and what writers of questions need.",
        epilog="example:\n  python -m benchmarks.retrieval --validate benchmarks/retrieval/asked_ko.yaml",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    retrieval_options(parser)
    parser.add_argument("--describe", action="store_true", help="print what is in the corpus, and end")
    parser.add_argument("--validate", nargs="+", type=Path, metavar="FILE", help="check question files, and end")
    return parser


def _evaluate(asked: argparse.Namespace) -> int:
    if asked.keep is not None:
        # Said before a minute of embedding, and not after it.
        asked.keep.mkdir(parents=True, exist_ok=True)
    plan = Plan(half=asked.half, ablation=not asked.no_ablation, keep=asked.keep)
    results = asyncio.run(evaluated(plan))
    if asked.json:
        print_json(document(results))
    else:
        print_results(results)
        if asked.failures:
            _list_failures(results, unsealed=asked.unseal)
    missed = [goal.what for goal in goals_of(results) if not goal.is_met]
    if asked.strict and missed:
        complain(f"goals that are missed: {', '.join(missed)}")
        return 1
    return 0


def _read(asked: argparse.Namespace) -> int:
    read = read_only(asked.half)
    print_readings(read)
    for half, judged in read.items():
        if asked.failures and (half == DEVELOPMENT or asked.unseal):
            print(f"\nMisread questions of the {half} half")
            print_misreadings(judged)
    return 0


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
