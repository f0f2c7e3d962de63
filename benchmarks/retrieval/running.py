"""The run: every system is asked every question, and every answer is judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from application.use_cases.search_backtests import SearchBacktests
from benchmarks.retrieval.ablation import stages
from benchmarks.retrieval.corpus import Run, corpus
from benchmarks.retrieval.covering import Pair
from benchmarks.retrieval.development import made
from benchmarks.retrieval.gold import Gold, own_runs
from benchmarks.retrieval.judging import Answer, Judged, judge
from benchmarks.retrieval.questions import WrongQuestions, load
from benchmarks.retrieval.remembering import remembering
from benchmarks.retrieval.service import backtest_of, over, owned
from benchmarks.retrieval.systems import DenseOnly, Owned, Product, Random, System, WordsOnly, read_alone
from entrypoints.cli.output import progress

DEVELOPMENT, SEALED, BOTH = "development", "sealed", "both"
WARM_UP = 5
"""The first questions load what is loaded late: they are asked once before anything is timed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which half is asked, whether the stages are changed one by one, and where vectors are kept."""

    half: str = BOTH
    ablation: bool = True
    keep: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One system's answers, judged, by half."""

    name: str
    judged: Mapping[str, tuple[Judged, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The product, what it is compared with, and the product with one stage changed each."""

    product: Asked
    baselines: tuple[Asked, ...]
    stages: tuple[Asked, ...]

    @property
    def dense(self) -> Asked:
        """What the goals hold the product against."""
        return self.baselines[0]


def questions(half: str, mine: Mapping[str, tuple[Run, ...]]) -> dict[str, tuple[Gold, ...]]:
    """The questions of each half that is asked for, with their gold. Raises: WrongQuestions."""
    halves = (DEVELOPMENT, SEALED) if half == BOTH else (half,)
    every = {name: (*load(name, mine), *(made(mine) if name == DEVELOPMENT else ())) for name in halves}
    if not any(every.values()):
        raise WrongQuestions(f"the {half} half has no questions")
    return {name: golds for name, golds in every.items() if golds}


def read_only(half: str) -> dict[str, tuple[Judged, ...]]:
    """The conditions and orders of each half, read and not answered: it takes some seconds and no model.

    Raises: WrongQuestions.
    """
    pairs, read = told_in_full(), {}
    for name, golds in questions(half, own_runs(corpus())).items():
        exact = [gold for gold in golds if gold.question.kind.is_exact]
        read[name] = tuple(judge(gold, _read(gold), own={}, runs=pairs) for gold in exact)
    return read


def _read(gold: Gold) -> Answer:
    return Answer(found=(), milliseconds=0.0, reading=read_alone(gold.question.text))


def told_in_full() -> list[Pair]:
    """Every run as it would be recorded if nothing were left out."""
    return [(full, backtest_of(full)) for full in map(Run.told_in_full, corpus())]


async def evaluated(plan: Plan) -> Results:
    """Every system's answers. Raises: WrongQuestions, and as the search does."""
    mine = own_runs(corpus())
    golds, backtests = questions(plan.half, mine), owned(mine)
    session = _Session(golds=golds, backtests=backtests, pairs=told_in_full())
    async with over(backtests, plan.keep) as memory:
        product = Product(name="quantrail", search=SearchBacktests(memory=memory))
        others: list[System] = [DenseOnly(memory=memory), WordsOnly(memory=memory), Random(owned=backtests)]
        changed = list(stages(remembering(memory))) if plan.ablation else []
        await session.warm(product)
        return Results(
            product=await session.ask(product, covering=True),
            baselines=tuple([await session.ask(system) for system in others]),
            stages=tuple([await session.ask(system) for system in changed]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """Questions, and what their answers are judged by."""

    golds: Mapping[str, Sequence[Gold]]
    backtests: Owned
    pairs: Sequence[Pair]

    async def warm(self, system: System) -> None:
        for golds in self.golds.values():
            for gold in golds[:WARM_UP]:
                await system.ask(gold)

    async def ask(self, system: System, *, covering: bool = False) -> Asked:
        """All of them. Whether a reading covers a question takes long to say, and is said only where asked for."""
        judged: dict[str, tuple[Judged, ...]] = {}
        with progress(system.name, sum(map(len, self.golds.values()))) as bar:
            for half, golds in self.golds.items():
                ones = []
                for gold in golds:
                    answer = await system.ask(gold)
                    answer = answer if covering else replace(answer, reading=None)
                    ones.append(judge(gold, answer, own=self.backtests[gold.user], runs=self.pairs))
                    bar.advance(bar.task_ids[0])
                judged[half] = tuple(ones)
        return Asked(name=system.name, judged=judged)
