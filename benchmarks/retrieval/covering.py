"""Whether what was read of a question is what it means: by what it lets through, not by how it is written."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.retrieval.corpus import Run
from benchmarks.retrieval.gold import answers
from benchmarks.retrieval.meaning import Condition, Meaning, Ordering
from benchmarks.retrieval.questions import NUMBERS
from domain.backtest import Backtest
from domain.filters import Filter, matches_all

Bound = tuple[str, str, object]
Pair = tuple[Run, Backtest]
"""A run that is told in full, and its record as the product reads it."""
LITTLE = 1e-6
"""Thresholds are held apart by less than any figure of a question is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the product says it understood. `types` are families that it prefers and hides nothing for."""

    filters: tuple[Filter, ...] = ()
    types: frozenset[str] = frozenset()
    order: Ordering | None = None
    limit: int | None = None
    unapplied: tuple[str, ...] = ()


def misread(meaning: Meaning, reading: Reading, runs: Sequence[Pair]) -> tuple[str, ...]:
    """In what the reading is not the meaning; nothing where it covers it."""
    told = {
        "order": reading.order == meaning.order,
        "limit": reading.limit == meaning.limit,
        "figures": _same_numbers(meaning.conditions, reading.filters),
        "other conditions": _same_runs(meaning, reading, runs),
        "left unapplied": not reading.unapplied,
    }
    return tuple(name for name, same in told.items() if not same)


def _same_numbers(meant: Sequence[Condition], read: Sequence[Filter]) -> bool:
    """Each figure is bounded alike: tried at every bound, a little below and a little above it."""
    bounds: list[Bound] = [(one.field, one.op, one.value) for one in meant if one.field in NUMBERS]
    theirs: list[Bound] = [(one.field, str(one.op), one.value) for one in read if one.field in NUMBERS]
    fields = {field for field, _, _ in (*bounds, *theirs)}
    return all(_bounded(bounds, field, bounds + theirs) == _bounded(theirs, field, bounds + theirs) for field in fields)


def _bounded(bounds: Sequence[Bound], field: str, tried: Iterable[Bound]) -> list[bool]:
    values = sorted({value for name, _, value in tried if name == field and isinstance(value, int | float)})
    step = 1.0 if field == "trade_count" else LITTLE
    probes = [value + shift for value in values for shift in (-step, 0.0, step)]
    return [all(_holds(probe, op, value) for name, op, value in bounds if name == field) for probe in probes]


def _holds(probe: float, op: str, value: object) -> bool:
    wanted = value if isinstance(value, tuple) else (value,)
    (first, *_) = wanted
    equal = any(isinstance(one, int | float) and math.isclose(probe, one, abs_tol=LITTLE / 10) for one in wanted)
    if op in {"=", "in"}:
        return equal
    if op in {"!=", "not_in"}:
        return not equal
    below = isinstance(first, int | float) and probe < first
    strict = below if op in {"<", "<="} else not below
    return op in {"<=", ">="} if equal else strict


def _same_runs(meaning: Meaning, reading: Reading, runs: Sequence[Pair]) -> bool:
    """Everything else lets the same runs of the whole corpus through; a preferred type counts as one that is asked.

    The runs are told in full and by the usual names: how records are spelled is no matter of understanding.
    """
    conditions = tuple(one for one in meaning.conditions if one.field not in NUMBERS)
    filters = tuple(one for one in reading.filters if one.field not in NUMBERS)
    types = meaning.types
    if types and types == reading.types and not any(one.field == "strategy_type" for one in filters):
        types = frozenset()
    meant = Meaning(conditions=conditions, kinds=meaning.kinds, types=types, without_kinds=meaning.without_kinds)
    return all(answers(run, meant) is matches_all(backtest, filters) for run, backtest in runs)
