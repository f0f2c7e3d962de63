"""Domain filters as SQL that answers what `Filter.matches` answers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, false, or_, select

from adapters.sql.backtest_rows import term_of
from adapters.sql.tables import backtest_parameters, backtest_terms, backtests
from domain.filters import INDICATORS, PARAMETER_PREFIX, FieldKind, Filter, FilterOp, Scalar, field_kind
from domain.identity import UserScope
from domain.parameter_names import tiers_of
from domain.text import is_storable

Clause = ColumnElement[bool]
_NEGATIVE = (FilterOp.NE, FilterOp.NOT_IN)
_ORDER: Mapping[FilterOp, Callable[[ColumnElement[Any], Scalar], Clause]] = {
    FilterOp.LT: lambda column, value: column < value,
    FilterOp.LE: lambda column, value: column <= value,
    FilterOp.GT: lambda column, value: column > value,
    FilterOp.GE: lambda column, value: column >= value,
}


def is_executable(condition: Filter) -> bool:
    """Whether SQL can decide it. It compares 64-bit floats: a whole number that none holds is left to the domain."""
    return all(float(value) == value for value in _values(condition) if isinstance(value, int))


def clause_of(condition: Filter, *, scope: UserScope) -> Clause:
    """The condition on a row of `backtests` of that user."""
    kind = field_kind(condition.field)
    if kind is FieldKind.PARAMETER:
        return _on_parameter(condition, scope)
    if kind is FieldKind.TEXTS:
        return _on_texts(condition, scope)
    return _on_column(condition, kind)


def _values(condition: Filter) -> Sequence[Scalar]:
    return condition.value if isinstance(condition.value, tuple) else (condition.value,)


def _texts(condition: Filter) -> list[str]:
    return [value.casefold() for value in _values(condition) if isinstance(value, str)]


def _on_column(condition: Filter, kind: FieldKind | None) -> Clause:
    column = backtests.c["folded_id" if condition.field == "backtest_id" else condition.field]
    if condition.op in _ORDER:
        return _ORDER[condition.op](column, _values(condition)[0])
    values: Sequence[Scalar] = _texts(condition) if kind is FieldKind.TEXT else _values(condition)
    if condition.op in _NEGATIVE:
        return and_(column.is_not(None), column.not_in(values))
    return column.in_(values)


def _on_texts(condition: Filter, scope: UserScope) -> Clause:
    present = _cards(backtest_terms, scope).where(backtest_terms.c.field == condition.field)
    hits = _among(present.where(backtest_terms.c.term.in_([term_of(text) for text in _texts(condition)])))
    if condition.op not in _NEGATIVE:
        return hits
    return ~hits if condition.field == INDICATORS else and_(_among(present), ~hits)


def _on_parameter(condition: Filter, scope: UserScope) -> Clause:
    """Under the first of the names that a run has; the others decide nothing then."""
    name = condition.field.removeprefix(PARAMETER_PREFIX)
    if not is_storable(name):
        return false()
    hit = _parameter_hit(condition)
    hits: list[Clause] = []
    held: list[Clause] = []
    for names in tiers_of(name):
        present = _cards(backtest_parameters, scope).where(backtest_parameters.c.name.in_(map(term_of, names)))
        hits.append(and_(_among(present.where(hit)), *(~earlier for earlier in held)))
        held.append(_among(present))
    return and_(or_(*held), ~or_(*hits)) if condition.op in _NEGATIVE else or_(*hits)


def _parameter_hit(condition: Filter) -> Clause:
    """Numbers meet numbers, truths truths, texts texts: `1`, `true` and `"1"` differ."""
    columns = backtest_parameters.c
    # As floats: a driver refuses a whole number of more than 64 bits.
    plain = [value for value in _values(condition) if isinstance(value, int | float) and not isinstance(value, bool)]
    numbers = list(map(float, plain))
    if condition.op in _ORDER:
        return _ORDER[condition.op](columns.number, numbers[0])
    truths = [value for value in _values(condition) if isinstance(value, bool)]
    terms = [term_of(text) for text in _texts(condition)]
    return or_(columns.number.in_(numbers), columns.truth.in_(truths), columns.term.in_(terms))


def _cards(table: Table, scope: UserScope) -> Select[tuple[str]]:
    return select(table.c.card_id).where(table.c.user_id == scope.user_id)


def _among(cards: Select[tuple[str]]) -> Clause:
    return backtests.c.card_id.in_(cards)
