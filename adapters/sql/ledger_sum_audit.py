"""Sums of the ledger against the rows they were made of, and against each other where the rows are pruned."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.column_types import EPOCH, PICO_DOLLARS, amount_of
from adapters.sql.ledger_tables import usage_entries, usage_sums
from adapters.sql.pruning import first_day_kept
from adapters.sql.rollups import DAY, KINDS, SUMMED, SumKind
from adapters.sql.usage_summing import AMOUNTS, VERSION
from domain.figures import CODE, OTHER
from domain.ledger_audit import Difference, LedgerCheck
from domain.usage import UsageStatus

_rows, _sums = usage_entries.c, usage_sums.c
_NONE: ColumnElement[int] = literal_column("0")
_DAY = type_coerce(_rows.at, BigInteger) // literal_column(str(DAY), BigInteger)
_AMOUNTS = (*SUMMED, *(f"kept_{name}" for name in SUMMED))
SERVICE, USER, ALL = KINDS
# What `code_of` says, in the words of each engine. In full, since a bound value would make two expressions of it.
IS_CODE = {
    "postgresql": f"usage_entries.reason ~ '^{CODE}$'",
    "sqlite": "usage_entries.reason GLOB '[a-z]*' AND usage_entries.reason NOT GLOB '*[^a-z -]*'"
    " AND length(usage_entries.reason) <= 61",
}


async def differing_sums(connection: AsyncConnection, most: int) -> list[Difference]:
    """Sums that are not those of their rows, or of a finer kind; at most so many."""
    kept = await first_day_kept(connection) or 0
    dialect = connection.dialect.name
    found: list[Difference] = []
    for kind in (SERVICE, ALL):
        of_rows, of_sums = _of_rows(kind, kept, dialect), _of_sums(kind, kind.columns, _sums.day >= kept)
        found += await _compared(connection, kind, of_rows, of_sums)
    finer = tuple(name for name in SERVICE.columns if name in ALL.columns)
    for kind, columns, days in ((USER, USER.columns, _sums.day >= 0), (SERVICE, finer, _sums.day < kept)):
        of_all, of_kind = _of_sums(ALL, columns, days, recomputed=True), _of_sums(kind, columns, days)
        found += await _compared(connection, kind, of_all, of_kind)
    return found[:most]


def _of_rows(kind: SumKind, first_day: int, dialect: str) -> Select[Any]:
    told = {name: _told(name, dialect) for name in kind.columns}
    amounts = [func.sum(AMOUNTS[name]).label(name) for name in SUMMED]
    final = and_(_rows.status != UsageStatus.PENDING.value, type_coerce(_rows.at, BigInteger) >= first_day * DAY)
    key = [_DAY.label("day"), *(column.label(name) for name, column in told.items())]
    return select(*key, *amounts, *_nothing("kept")).where(final).group_by(_DAY, *told.values())


def _of_sums(
    kind: SumKind, columns: Sequence[str], days: ColumnElement[bool], *, recomputed: bool = False
) -> Select[Any]:
    key = [_sums[name] for name in ("day", *columns)]
    amounts = [func.sum(_sums[name]).label(name if recomputed else f"kept_{name}") for name in SUMMED]
    both = (*amounts, *_nothing("kept")) if recomputed else (*_nothing(), *amounts)
    return select(*key, *both).where(_sums.kind == kind.name, days).group_by(*key)


def _nothing(prefix: str = "") -> list[ColumnElement[int]]:
    return [_NONE.label(f"{prefix}_{name}" if prefix else name) for name in SUMMED]


def _told(name: str, dialect: str) -> ColumnElement[Any]:
    if name == "prompt_version":
        return VERSION
    if name != "reason":
        return _rows[name]
    empty: ColumnElement[str] = literal_column("''")
    other: ColumnElement[str] = literal_column(f"'{OTHER}'")
    no_reason = func.coalesce(_rows.reason, empty) == empty
    return case((no_reason, empty), (literal_column(IS_CODE[dialect]), _rows.reason), else_=other)


async def _compared(
    connection: AsyncConnection, kind: SumKind, expected: Select[Any], found: Select[Any]
) -> list[Difference]:
    """The two beside each other, where they differ: one of them has nothing where the other has something."""
    both = union_all(expected, found).subquery()
    key = [column for column in both.c if column.name not in _AMOUNTS]
    amounts = [func.sum(both.c[name]).label(name) for name in _AMOUNTS]
    differ = or_(*(func.sum(both.c[name]) != func.sum(both.c[f"kept_{name}"]) for name in SUMMED))
    wrong = or_(differ, *(func.sum(both.c[f"kept_{name}"]) < 0 for name in SUMMED[:-1]))
    differing = select(*key, *amounts).group_by(*key).having(wrong).order_by(*key)
    names = [column.name for column in key]
    return [_difference(kind, names, row) for row in await connection.execute(differing)]


def _difference(kind: SumKind, names: Sequence[str], row: Row[Any]) -> Difference:
    day = (EPOCH + timedelta(days=row[0])).date()
    told = " ".join(f"{name}={getattr(row, name)}" for name in names[1:])
    wrong = [name for name in SUMMED if getattr(row, name) != getattr(row, f"kept_{name}")] or list(SUMMED)
    return Difference(
        check=LedgerCheck.SUM,
        subject=f"{kind.name} of {day} {told}",
        expected=", ".join(f"{name} {_amount(name, getattr(row, name))}" for name in wrong),
        found=", ".join(f"{name} {_amount(name, getattr(row, f'kept_{name}'))}" for name in wrong),
    )


def _amount(name: str, number: int) -> str:
    return f"{amount_of(int(number), PICO_DOLLARS):f}" if name.endswith("_usd") else str(int(number))
