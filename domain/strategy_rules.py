"""When to enter and when to leave: comparisons, and which of them cannot stand together."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import Violation

Operand = str | float


class Match(StrEnum):
    """How many conditions must hold."""

    ALL = "all"
    ANY = "any"


class ConditionOp(StrEnum):
    """How two operands are compared at the close of a bar; a crossing looks at the bar before, too."""

    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    CROSSES_ABOVE = "crosses_above"
    CROSSES_BELOW = "crosses_below"


MIRRORED: Mapping[ConditionOp, ConditionOp] = {
    ConditionOp.LT: ConditionOp.GT,
    ConditionOp.LE: ConditionOp.GE,
    ConditionOp.GT: ConditionOp.LT,
    ConditionOp.GE: ConditionOp.LE,
}
CROSSINGS = (ConditionOp.CROSSES_ABOVE, ConditionOp.CROSSES_BELOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A comparison. Operands are numbers, price fields, indicator ids, or `id.output` (`macd_1.signal`)."""

    left: Operand
    op: ConditionOp
    right: Operand


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When to enter, or to leave."""

    match: Match
    conditions: tuple[Condition, ...] = ()


def contradictions(path: str, rule: Rule) -> Iterator[Violation]:
    """Levels on one series that cannot hold together."""
    bounds: dict[str, tuple[float, float]] = {}
    for condition in rule.conditions:
        for series, op, level in _levels(condition):
            low, high = bounds.get(series, (-math.inf, math.inf))
            if op in (ConditionOp.GT, ConditionOp.GE):
                low = max(low, level)
            elif op in (ConditionOp.LT, ConditionOp.LE):
                high = min(high, level)
            bounds[series] = (low, high)
    for series, (low, high) in bounds.items():
        if low >= high:
            message = f"{series} cannot be above {low:g} and below {high:g} at once"
            yield Violation(field=f"{path}.conditions", message=message)


def _levels(condition: Condition) -> Iterator[tuple[str, ConditionOp, float]]:
    """The series, how it compares, and to which number, whichever side the number is on."""
    if isinstance(condition.left, str) and not isinstance(condition.right, str):
        yield condition.left, condition.op, condition.right
    if isinstance(condition.right, str) and not isinstance(condition.left, str):
        yield condition.right, MIRRORED.get(condition.op, condition.op), condition.left


_RISING = (ConditionOp.GT, ConditionOp.GE, ConditionOp.CROSSES_ABOVE)


def leaves_at_once(entry: Rule, leave: Rule) -> bool:
    """Whether the exit holds whenever the entry does: a position would be closed on the bar that opens it."""
    if not leave.conditions or not entry.conditions:
        return False
    enough = any if leave.match is Match.ANY else all
    each = all if entry.match is Match.ANY else any
    return enough(each(implies(held, condition) for held in entry.conditions) for condition in leave.conditions)


def implies(held: Condition, other: Condition) -> bool:
    """Whether `other` is true on every bar on which `held` is."""
    held, other = _upright(held), _upright(other)
    if held == other:
        return True
    if held.left != other.left or other.op in CROSSINGS:
        return False
    if isinstance(held.right, str) or isinstance(other.right, str):
        return held.right == other.right and _follows(held.op, other.op)
    beyond = held.right > other.right if held.op in _RISING else held.right < other.right
    same_way = (held.op in _RISING) == (other.op in _RISING)
    return same_way and (beyond or (held.right == other.right and _follows(held.op, other.op)))


def _follows(held: ConditionOp, other: ConditionOp) -> bool:
    same_way = (held in _RISING) == (other in _RISING)
    inclusive = held in (ConditionOp.GE, ConditionOp.LE)
    return same_way and (not inclusive or held is other)


def _upright(condition: Condition) -> Condition:
    """The same comparison with a number on the right, and of two series the first in the alphabet on the left."""
    left, right = condition.left, condition.right
    turned = isinstance(right, str) and (not isinstance(left, str) or left > right)
    if not turned:
        return condition
    op = _TURNED[condition.op]
    return Condition(left=right, op=op, right=left)


_TURNED: Mapping[ConditionOp, ConditionOp] = {
    **MIRRORED,
    ConditionOp.CROSSES_ABOVE: ConditionOp.CROSSES_BELOW,
    ConditionOp.CROSSES_BELOW: ConditionOp.CROSSES_ABOVE,
}
