"""Stated comparisons of series in the place of the usual rules of their indicator."""

from domain.drafting_parts import Part
from domain.idea_statements import Statement
from domain.idea_words import AVERAGES
from domain.indicators import IndicatorKind, PriceField
from domain.strategy import Condition, ConditionOp

_REVERSED = {
    ConditionOp.LT: ConditionOp.GT, ConditionOp.LE: ConditionOp.GT, ConditionOp.GT: ConditionOp.LT,
    ConditionOp.GE: ConditionOp.LT, ConditionOp.CROSSES_ABOVE: ConditionOp.CROSSES_BELOW,
    ConditionOp.CROSSES_BELOW: ConditionOp.CROSSES_ABOVE,
}  # fmt: skip
_FALLING = (ConditionOp.LT, ConditionOp.LE, ConditionOp.CROSSES_BELOW)
_Rules = tuple[tuple[Condition, ...], tuple[Condition, ...]]


def stated_rules(
    part: Part, ids: frozenset[str], *, entry: tuple[Condition, ...], leave: tuple[Condition, ...]
) -> _Rules:
    """Entry and exit as they were stated; what was left open follows from what was stated, else stays as usual."""
    opening, closing = _sides(part)
    entries = _conditions(opening[:1], part, ids)
    if not entries:
        return entry, _conditions(closing, part, ids, beside=entry) or leave
    exits = _conditions(closing, part, ids, beside=entries)
    return entries, exits or (_way_back(part.kind, entries[0]),)


def _sides(part: Part) -> tuple[list[Statement], list[Statement]]:
    """The statements to enter and to leave by; without a verb the first one enters where none does."""
    opening = [statement for statement in part.statements if statement.enters]
    closing = [statement for statement in part.statements if statement.enters is False]
    for statement in part.statements:
        if statement.enters is None and not opening:
            opening.append(statement)
        elif statement.enters is None and not closing and statement.op is not opening[0].op:
            closing.append(statement)
    return opening, closing


def _conditions(
    statements: list[Statement], part: Part, ids: frozenset[str], beside: tuple[Condition, ...] = ()
) -> tuple[Condition, ...]:
    made = (_condition(statement, part, beside) for statement in statements)
    series = {PriceField.CLOSE.value} | ids
    return tuple(c for c in made if all(str(side).partition(".")[0] in series for side in (c.left, c.right)))


def _condition(statement: Statement, part: Part, beside: tuple[Condition, ...]) -> Condition:
    close = PriceField.CLOSE.value
    op = statement.op or (_REVERSED[beside[0].op] if beside else ConditionOp.GT)
    if statement.kind is IndicatorKind.BOLLINGER:
        return Condition(left=close, op=op, right=f"bollinger.{statement.band}")
    if statement.kind not in AVERAGES:
        return Condition(left="macd.line", op=op, right="macd.signal")
    lengths = statement.lengths or part.lengths[:2]
    names = [f"{part.kind}_{length:g}" for length in lengths]
    left, right = names if len(names) > 1 else (close, names[0])
    return Condition(left=left, op=op, right=right)


def _way_back(kind: IndicatorKind, entry: Condition) -> Condition:
    """The middle of the band, or the entry turned round."""
    if kind is IndicatorKind.BOLLINGER and entry.right != "bollinger.middle":
        op = ConditionOp.GT if entry.op in _FALLING else ConditionOp.LT
        return Condition(left=entry.left, op=op, right="bollinger.middle")
    return reversed_condition(entry)


def reversed_condition(condition: Condition) -> Condition:
    """The opposite comparison."""
    return Condition(left=condition.left, op=_REVERSED[condition.op], right=condition.right)
