"""Sums of the book as one statement: whole days from the sums that are kept, the rest from rows.

One statement, so that all of it is seen at one moment: a call that is settled meanwhile is counted once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)

from adapters.sql.column_types import microseconds
from adapters.sql.ledger_tables import usage_entries, usage_sums
from adapters.sql.rollups import DAY, NOTHING, SUMMED, kind_with, version_key
from domain.text import is_storable
from domain.usage import UsageStatus

_rows = usage_entries.c
_IS_FIRST = case((_rows.attempt == literal_column("1"), literal_column("1")), else_=literal_column("0"))
AMOUNTS: Mapping[str, ColumnElement[int]] = {
    "requests": _IS_FIRST,
    "attempts": literal_column("1"),
    **{name: type_coerce(_rows[name], BigInteger) for name in SUMMED[2:]},
}
PENDING: ColumnElement[bool] = literal_column(f"usage_entries.status = '{UsageStatus.PENDING}'")
RARE: ColumnElement[bool] = literal_column("usage_entries.status NOT IN ('pending', 'settled')")
"""In the words of their indexes, which else are not used."""
_AT = type_coerce(_rows.at, BigInteger)
_NO_VERSION: ColumnElement[str] = literal_column(f"'{NOTHING}'")
VERSION = case((_rows.prompt_version.is_(None), _NO_VERSION), else_=literal_column("'='").concat(_rows.prompt_version))
"""The prompt version of a row, as sums keep it."""
# A literal, since two bound parameters would make two expressions of it: one selected, one grouped by.
_TOLD: Mapping[str, ColumnElement[Any]] = {
    "day": _AT // literal_column(str(DAY), BigInteger),
    "prompt_version": VERSION,
}
_USER = _rows.user_id.concat(literal_column("''"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time as whole days and what is left over at its ends. Days since the epoch, and microseconds."""

    first_day: int | None
    end_day: int | None
    edges: tuple[tuple[int, int], ...] = ()

    @staticmethod
    def of(since: datetime | None, until: datetime | None) -> "Span":
        """From `since` (included) to `until` (excluded); None is without an end."""
        start = None if since is None else microseconds(since)
        end = None if until is None else microseconds(until)
        first = None if start is None else -(-start // DAY)
        last = None if end is None else end // DAY
        if start is not None and end is not None and first is not None and last is not None and first > last:
            return Span(first_day=first, end_day=first, edges=((start, end),) if start < end else ())
        edges = []
        if start is not None and first is not None and start < first * DAY:
            edges.append((start, first * DAY))
        if end is not None and last is not None and last * DAY < end:
            edges.append((last * DAY, end))
        return Span(first_day=first, end_day=last, edges=tuple(edges))


def sums(
    columns: Sequence[str], equal: Mapping[str, str], *, since: datetime | None, until: datetime | None
) -> CompoundSelect[Any]:
    """Rows of `columns` (of a row of the ledger, or `day`), then `SUMMED`: several of a group, to be added up.

    `equal` narrows by columns. A version comes as sums keep it, and a reason only where it is asked for.
    """
    span = Span.of(since, until)
    parts = [_kept(columns, equal, span), _pending(columns, equal, since, until)]
    if span.edges:
        parts.append(_edges(columns, equal, span))
    return union_all(*parts)


def _kept(columns: Sequence[str], equal: Mapping[str, str], span: Span) -> Select[Any]:
    kind = kind_with(frozenset({*columns, *equal}) - {"day"})
    told = usage_sums.c
    # Of one user the index by user is to be read. A planner that knows no better reads whole days by the key.
    wanted = [(told.kind.concat(literal_column("''")) if "user_id" in equal else told.kind) == kind.name]
    if span.first_day is not None:
        wanted.append(told.day >= span.first_day)
    if span.end_day is not None:
        wanted.append(told.day < span.end_day)
    wanted += [
        matches(told[name], version_key(value) if name == "prompt_version" else value) for name, value in equal.items()
    ]
    grouped = [told[name].label(name) for name in columns]
    added = [func.sum(told[name]).label(name) for name in SUMMED]
    return select(*grouped, *added).where(*wanted).group_by(*(told[name] for name in columns))


def _pending(
    columns: Sequence[str], equal: Mapping[str, str], since: datetime | None, until: datetime | None
) -> Select[Any]:
    """Rows that are not final, at their estimate. They are few, and their index is the one to read them by.

    So what other indexes are on is wrapped: a planner that knows no better would read a user's whole history, or all
    of it in the order of users.
    """
    when = _AT + literal_column("0")
    wanted = [PENDING]
    if since is not None:
        wanted.append(when >= microseconds(since))
    if until is not None:
        wanted.append(when < microseconds(until))
    for name, value in equal.items():
        wanted.append(matches(_USER if name == "user_id" else _rows[name], value))
    return _grouped(columns, {**_TOLD, "user_id": _USER}).where(*wanted)


def _edges(columns: Sequence[str], equal: Mapping[str, str], span: Span) -> Select[Any]:
    inside = or_(*(and_(literal(start) <= _AT, literal(end) > _AT) for start, end in span.edges))
    final = _rows.status != UsageStatus.PENDING.value
    return _grouped(columns).where(inside, final, *(matches(_rows[name], value) for name, value in equal.items()))


def _grouped(columns: Sequence[str], instead: Mapping[str, ColumnElement[Any]] = _TOLD) -> Select[Any]:
    told = [instead[name] if name in instead else _rows[name] for name in columns]
    grouped = [column.label(name) for name, column in zip(columns, told, strict=True)]
    added = [func.sum(AMOUNTS[name]).label(name) for name in SUMMED]
    return select(*grouped, *added).group_by(*told)


def matches(column: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    """Whether the column has that value; no column has one that cannot be stored."""
    return column == value if is_storable(value) else false()


def added_up(rows: Iterator[Sequence[Any]], columns: Sequence[str]) -> dict[tuple[Any, ...], list[int]]:
    """The sums of each group that has any row, exactly."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for row in rows:
        key, amounts = tuple(row[: len(columns)]), row[len(columns) :]
        if amounts[1]:
            known = groups.setdefault(key, [0] * len(SUMMED))
            groups[key] = [total + int(amount) for total, amount in zip(known, amounts, strict=True)]
    return groups
