"""Typed conditions on backtests, and their evaluation: the reference for every store that executes them."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.backtest import METRIC_NAMES, Backtest
from domain.errors import InvalidQuestion, Violation
from domain.filter_op import FilterOp
from domain.moment import has_utc
from domain.parameter_names import tiers_of
from domain.strategy_words import indicators_of, type_of
from domain.text import is_storable

__all__ = [
    "FIELDS", "INDICATORS", "MAX_VALUES", "PARAMETER_PREFIX", "FieldKind", "Filter", "FilterOp", "Scalar", "field_kind",
    "matches_all", "value_of",
]  # fmt: skip

Scalar = str | float | int | bool | date | datetime
PARAMETER_PREFIX = "parameters."
MAX_VALUES = 1_000
INDICATORS = "indicators"
"""Those that a run lists, by our names as well; where it lists none that we know, those that its name says."""


class FieldKind(StrEnum):
    """What a field holds. `text` compares without regard to case; `texts` matches where any member does."""

    NUMBER = "number"
    TEXT = "text"
    TEXTS = "texts"
    DATE = "date"
    TIME = "time"
    PARAMETER = "parameter"


FIELDS: Mapping[str, FieldKind] = {
    "backtest_id": FieldKind.TEXT,
    "strategy_name": FieldKind.TEXT,
    "strategy_type": FieldKind.TEXT,
    INDICATORS: FieldKind.TEXTS,
    "symbols": FieldKind.TEXTS,
    "timeframe": FieldKind.TEXT,
    "start": FieldKind.DATE,
    "end": FieldKind.DATE,
    "completed_at": FieldKind.TIME,
    "initial_capital": FieldKind.NUMBER,
    "final_equity": FieldKind.NUMBER,
    **dict.fromkeys(METRIC_NAMES, FieldKind.NUMBER),
}
_ORDERED = {FilterOp.LT, FilterOp.LE, FilterOp.GT, FilterOp.GE}
_LISTED = {FilterOp.IN, FilterOp.NOT_IN}
_COMPARE: Mapping[FilterOp, Callable[[object, object], bool]] = {
    FilterOp.EQ: lambda left, right: left == right,
    FilterOp.NE: lambda left, right: left != right,
    FilterOp.LT: lambda left, right: left < right,  # type: ignore[operator]  # kinds were checked when it was made
    FilterOp.LE: lambda left, right: left <= right,  # type: ignore[operator]  # the same
    FilterOp.GT: lambda left, right: left > right,  # type: ignore[operator]  # the same
    FilterOp.GE: lambda left, right: left >= right,  # type: ignore[operator]  # the same
}


def field_kind(name: str) -> FieldKind | None:
    """What a field holds; None where there is no such field."""
    if name.startswith(PARAMETER_PREFIX) and len(name) > len(PARAMETER_PREFIX):
        return FieldKind.PARAMETER
    return FIELDS.get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One condition. `value` is a tuple for `in` and `not_in`, else one value of the field's kind.

    Raises: InvalidQuestion, naming the field, for an unknown field, a wrong operator or a wrong kind of value.
    """

    field: str
    op: FilterOp
    value: Scalar | tuple[Scalar, ...]

    def __post_init__(self) -> None:
        problem = _problem(self)
        if problem is not None:
            raise InvalidQuestion(Violation(field=f"filters.{self.field}", message=problem))
        values = self.value if isinstance(self.value, tuple) else (self.value,)
        object.__setattr__(
            self, "value", tuple(map(self._typed, values)) if self.op in _LISTED else self._typed(values[0])
        )

    def _typed(self, value: Scalar) -> Scalar:
        kind = field_kind(self.field)
        if kind is FieldKind.DATE and isinstance(value, str):
            return date.fromisoformat(value)
        if kind is FieldKind.TIME and isinstance(value, str):
            return datetime.fromisoformat(value)
        if kind is FieldKind.NUMBER and not isinstance(value, str | bool | date):
            return float(value)
        return value

    def matches(self, run: Backtest) -> bool:
        """Whether the run meets the condition; what is missing never does."""
        held = value_of(run, self.field)
        if held is None or (held == () and self.field != INDICATORS):
            return False
        wanted = self.value if isinstance(self.value, tuple) else (self.value,)
        members = tuple(map(_folded, held if isinstance(held, tuple) else (held,)))
        positive = {FilterOp.NE: FilterOp.EQ, FilterOp.NOT_IN: FilterOp.IN}.get(self.op, self.op)
        compare = _COMPARE[FilterOp.EQ if positive is FilterOp.IN else positive]
        hit = any(_same_kind(m, w) and compare(m, _folded(w)) for m in members for w in wanted)
        return hit if positive is self.op else not hit


def _problem(condition: Filter) -> str | None:
    kind = field_kind(condition.field)
    if kind is None or not is_storable(condition.field):
        return f"no such field; known: {', '.join(FIELDS)}, {PARAMETER_PREFIX}<name>"
    if isinstance(condition.value, tuple) != (condition.op in _LISTED):
        return "in and not_in take a list, every other operator one value"
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    if not values:
        return "an empty list matches nothing; leave the filter out"
    if len(values) > MAX_VALUES:
        return f"must name at most {MAX_VALUES} values"
    if condition.op in _ORDERED and not _has_order(kind, values[0]):
        return f"{values[0]!r} has no order here: {condition.op} cannot be used"
    return next((f"{value!r} is not a {kind}" for value in values if not _fits(kind, value)), None)


def _has_order(kind: FieldKind, value: object) -> bool:
    if kind is FieldKind.PARAMETER:
        return not isinstance(value, str | bool)
    return kind not in (FieldKind.TEXT, FieldKind.TEXTS)


def _fits(kind: FieldKind, value: object) -> bool:
    if isinstance(value, int | float) and not abs(value) <= sys.float_info.max:
        return False
    if isinstance(value, str) and not is_storable(value):
        return False
    if kind is FieldKind.NUMBER:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is FieldKind.PARAMETER:
        return isinstance(value, int | float | str | bool)
    if kind in (FieldKind.TEXT, FieldKind.TEXTS):
        return isinstance(value, str)
    return _is_date(kind, value)


def _is_date(kind: FieldKind, value: object) -> bool:
    try:
        parsed = value
        if isinstance(value, str):
            parsed = date.fromisoformat(value) if kind is FieldKind.DATE else datetime.fromisoformat(value)
    except ValueError:
        return False
    if kind is FieldKind.DATE:
        return isinstance(parsed, date) and not isinstance(parsed, datetime)
    return isinstance(parsed, datetime) and parsed.utcoffset() is not None and has_utc(parsed)


def _same_kind(left: object, right: object) -> bool:
    return isinstance(left, str) == isinstance(right, str) and isinstance(left, bool) == isinstance(right, bool)


def _folded(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def value_of(run: Backtest, name: str) -> object:
    """What a run holds under a filter's field name; None where it holds nothing.

    A parameter is looked for under the name that is asked for, then under its other names.
    """
    if name.startswith(PARAMETER_PREFIX):
        return _parameter(run, name.removeprefix(PARAMETER_PREFIX))
    if name in METRIC_NAMES:
        return getattr(run.metrics, name)
    if name == INDICATORS:
        return indicators_of(run.strategy)
    if name == "strategy_type":
        return type_of(run.strategy)
    if name == "strategy_name":
        return run.strategy.name
    return getattr(run, name)


def _parameter(run: Backtest, name: str) -> tuple[object, ...] | None:
    held = run.strategy.parameters
    for names in tiers_of(name):
        found = tuple(held[each] for each in names if each in held)
        if found:
            return found
    return None


def matches_all(run: Backtest, filters: tuple[Filter, ...]) -> bool:
    """Whether the run meets every condition; no condition is met by every run."""
    return all(condition.matches(run) for condition in filters)
