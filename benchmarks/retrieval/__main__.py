"""`python -m benchmarks.retrieval`: what `quantrail eval retrieval` runs."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.retrieval.corpus import corpus
from benchmarks.retrieval.describing import description
from benchmarks.retrieval.gold import own_runs
from benchmarks.retrieval.questions import WrongQuestions, placed, read_file


def main(arguments: Sequence[str]) -> int:
    """Runs what the arguments ask for. 1 where a file cannot be used."""
    parser = argparse.ArgumentParser(prog="quantrail eval retrieval", description=__doc__)
    parser.add_argument("--describe", action="store_true", help="print what is in the corpus, and end")
    parser.add_argument("--validate", nargs="+", type=Path, metavar="FILE", help="check question files, and end")
    asked = parser.parse_args(arguments)
    if asked.describe:
        print("\n".join(description(corpus())))
        return 0
    if asked.validate:
        return validate(asked.validate)
    return 0


def validate(files: Sequence[Path]) -> int:
    """Says what is wrong with question files, or how many there are; never what they ask."""
    try:
        questions = [question for path in files for question in read_file(path)]
        placed(questions, own_runs(corpus()))
    except WrongQuestions as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(questions)} questions can be used")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
