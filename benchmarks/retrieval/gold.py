"""Which runs answer a question, from the data alone: the search has no part in it.

A record that leaves something out can neither be demanded nor blamed for it: whether an RSI run whose engine did not
write its indicators comes with "RSI runs" is left open, as long as the run did use an RSI.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import chain

from benchmarks.retrieval.corpus import Run
from benchmarks.retrieval.meaning import ALSO_CALLED, KINDS, Condition, Kind, Meaning, Ordering, Question, Relevance
from benchmarks.retrieval.wording import SPELLINGS

BEST = 3
RELEVANT = 2
"""From this grade on a run counts as an answer where grades do not."""
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "=": lambda held, wanted: held == wanted,
    "<": lambda held, wanted: held < wanted,
    "<=": lambda held, wanted: held <= wanted,
    ">": lambda held, wanted: held > wanted,
    ">=": lambda held, wanted: held >= wanted,
}
OPERATORS = frozenset({*_COMPARE, "!=", "in", "not_in"})
_KIND_OF = {
    re.sub(r"[^a-z]", "", name.lower()): (kind,)
    for kind in KINDS
    for name in (kind, SPELLINGS[kind])
} | {re.sub(r"[^a-z]", "", name): kinds for name, kinds in ALSO_CALLED.items()}  # fmt: skip


def kinds_called(name: str) -> tuple[str, ...]:
    """The kinds of indicator that a name stands for (`RSI(14)`, `Bollinger Bands`, `momentum`); none if unknown."""
    return _KIND_OF.get(re.sub(r"[^a-z]", "", re.sub(r"\(.*\)", "", name.lower())), ())


def held(run: Run, field: str) -> object:
    """What the record says of a field; None where it says nothing."""
    record, strategy = run.record, run.record["strategy"]
    if field.startswith("parameters."):
        return strategy["parameters"].get(field.removeprefix("parameters."))
    if field in {"strategy_name", "strategy_type"}:
        return strategy[field.removeprefix("strategy_")]
    if field == "indicators":
        return strategy["indicators"]
    return record["metrics"].get(field) if field not in record else record[field]


def meets(run: Run, condition: Condition) -> bool:
    """Whether the record meets the condition: what it does not say meets none, `!=` and `not_in` included."""
    value = held(run, condition.field)
    members = value if isinstance(value, list) else [value]
    if value is None or not members:
        return False
    wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    if condition.op in {"!=", "not_in"}:
        return not any(_compared(one, "=", other) for one in members for other in wanted)
    op = "=" if condition.op == "in" else condition.op
    return any(_compared(one, op, other) for one in members for other in wanted)


def _compared(left: object, op: str, right: object) -> bool:
    if isinstance(left, str) and isinstance(right, date):
        left_moment = datetime.fromisoformat(left) if isinstance(right, datetime) else date.fromisoformat(left)
        return _COMPARE[op](left_moment.toordinal(), right.toordinal())
    if isinstance(left, str) or isinstance(right, str):
        return op == "=" and str(left).casefold() == str(right).casefold()
    if isinstance(left, int | float) and isinstance(right, int | float):
        return _COMPARE[op](float(left), float(right))
    return False


def answers(run: Run, meaning: Meaning) -> bool | None:
    """Whether the run must come (True), must not (False), or may, since its record leaves out what decides (None)."""
    verdicts = [*(meets(run, condition) for condition in meaning.conditions), *_by_what_it_is(run, meaning)]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _by_what_it_is(run: Run, meaning: Meaning) -> list[bool | None]:
    recorded = frozenset(chain.from_iterable(map(kinds_called, run.record["strategy"]["indicators"])))
    verdicts: list[bool | None] = []
    if meaning.kinds:
        true = bool(run.truth.kinds & meaning.kinds)
        verdicts.append(bool(recorded & meaning.kinds) if recorded else None if true else False)
    if meaning.without_kinds:
        true = not run.truth.kinds & meaning.without_kinds
        verdicts.append(not recorded & meaning.without_kinds if recorded else None if true else False)
    if meaning.types:
        said = run.record["strategy"]["type"]
        verdicts.append(said in meaning.types if said else None if run.truth.type in meaning.types else False)
    return verdicts


def grade(run: Run, relevance: Relevance) -> int:
    """How near a run is to what is meant: 3 in every way, 2 its kind or type and one way more, 1 only that, 0 else.

    Where no kind and no type is meant, 3 is every way and 2 is any.
    """
    core, more = _likenesses(run, relevance)
    ways = [*core, *more]
    if not ways:
        return 0
    if all(ways):
        return BEST
    if not core:
        return RELEVANT if any(more) else 0
    if not any(core):
        return 0
    return RELEVANT if sum(ways) > 1 else 1


def _likenesses(run: Run, relevance: Relevance) -> tuple[list[bool], list[bool]]:
    """By kind and type; by symbol, parameters and period."""
    truth, core, more = run.truth, [], []
    if relevance.kinds:
        core.append(bool(truth.kinds & relevance.kinds))
    if relevance.types:
        core.append(truth.type in relevance.types)
    if relevance.symbols:
        more.append(truth.symbol.casefold() in relevance.symbols)
    if relevance.parameters:
        more.append(all(_is_near(truth.parameters.get(n), value) for n, value in relevance.parameters.items()))
    if relevance.period:
        first, last = relevance.period
        more.append(truth.start.year <= last and truth.end.year >= first)
    return core, more


def _is_near(value: float | None, wanted: float) -> bool:
    return value is not None and math.isclose(value, wanted, rel_tol=1e-9, abs_tol=1e-9)


@dataclass(frozen=True)
class Gold:
    """What one user's runs are to a question.

    `required` must come and `open` may; both are ids, and empty where the question has no answer.
    """

    question: Question
    user: str
    runs: tuple[Run, ...]

    @cached_property
    def verdicts(self) -> Mapping[str, bool | None]:
        """Of each run, by id, what `answers` says."""
        return {run.backtest_id: answers(run, self.question.meaning) for run in self.runs}

    @cached_property
    def required(self) -> frozenset[str]:
        """The runs that meet everything."""
        return frozenset(key for key, verdict in self.verdicts.items() if verdict is True)

    @cached_property
    def open(self) -> frozenset[str]:
        """The runs whose record leaves out what would decide."""
        return frozenset(key for key, verdict in self.verdicts.items() if verdict is None)

    @cached_property
    def figures(self) -> Mapping[str, float]:
        """What the order sorts by, of the runs that may come and have it, so that the smallest comes first."""
        order = self.question.meaning.order
        if order is None:
            return {}
        values = {run.backtest_id: sort_value(run, order) for run in self.runs if self.verdicts[run.backtest_id] != 0}
        return {key: value for key, value in values.items() if value is not None}

    @cached_property
    def grades(self) -> Mapping[str, int]:
        """Of each run, by id, from 0 to 3. Runs whose record leaves it open have none in an exact question."""
        question = self.question
        if not question.kind.is_answerable:
            return dict.fromkeys(self.verdicts, 0)
        if question.kind is Kind.ORDER:
            return self._graded_by_order()
        if question.kind is Kind.CONDITION or not question.meaning.relevance:
            return {key: BEST if verdict else 0 for key, verdict in self.verdicts.items() if verdict is not None}
        relevance = question.meaning.relevance
        return {
            run.backtest_id: 0 if self.verdicts[run.backtest_id] is False else grade(run, relevance)
            for run in self.runs
        }

    def _graded_by_order(self) -> Mapping[str, int]:
        """The first of the order, as many as are asked for and all that tie with the last of them."""
        required = sorted(value for key, value in self.figures.items() if key in self.required)
        count = min(self.question.meaning.limit or FIRST, len(required))
        worst = required[count - 1] if count else -math.inf
        first = {key for key in self.required if self.figures.get(key, math.inf) <= worst}
        return {key: BEST if key in first else 0 for key in self.verdicts if key not in self.open}

    @property
    def is_answered(self) -> bool:
        """Whether anything answers the question as well as can be."""
        return any(value == BEST for value in self.grades.values())

    @property
    def is_possible(self) -> bool:
        """Whether any run could be taken for an answer, whatever the question is meant to be."""
        meaning = self.question.meaning
        held_by_some = meaning.is_conditional and any(verdict is not False for verdict in self.verdicts.values())
        return held_by_some or any(grade(run, meaning.relevance) == BEST for run in self.runs)


FIRST = 10
"""How many of an order count where the question does not say."""


def sort_value(run: Run, order: Ordering) -> float | None:
    """A figure of the record, so that the smallest comes first; None where there is none."""
    value = held(run, order.field)
    if isinstance(value, str):
        value = datetime.fromisoformat(value).timestamp()
    if not isinstance(value, int | float):
        return None
    return -float(value) if order.descending else float(value)


def own_runs(runs: Sequence[Run]) -> Mapping[str, tuple[Run, ...]]:
    """The runs by user, users in order of their first."""
    mine: dict[str, list[Run]] = {}
    for run in runs:
        mine.setdefault(run.user_id, []).append(run)
    return {user: tuple(theirs) for user, theirs in mine.items()}
