"""A page of the ledger's rows, newest first, by an index for every filter.

A user's rows, rare ones and pending ones have an index of their own. Of a service, a model or a prompt version the sums
by day say on which days there is anything to read: without them a model that nobody uses any more would be looked for
in all of the ledger.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    false,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.column_types import microseconds
from adapters.sql.ledger_tables import usage_entries, usage_sums
from adapters.sql.rollups import DAY, kind_with, version_key
from adapters.sql.usage_summing import PENDING, RARE, matches
from domain.ledger_order import Place
from domain.text import is_storable
from domain.usage import UsageFilter, UsageStatus

FILTERS = ("user_id", "service", "model_id", "prompt_version", "status")
_columns, _sums = usage_entries.c, usage_sums.c
_AT = type_coerce(_columns.at, BigInteger)
# Pending rows are few: they are sorted, so that their own index is read and not all rows in their order.
_AT_OF_FEW = _AT + literal_column("0")
_BY_DAY = {"service", "model_id", "prompt_version"}


def equal(wanted: UsageFilter) -> dict[str, str]:
    """The columns that are narrowed to one value."""
    return {name: value for name in FILTERS if (value := getattr(wanted, name)) is not None}


async def newest(
    connection: AsyncConnection, wanted: UsageFilter, *, limit: int, after: Place | None
) -> Sequence[Row[Any]]:
    """So many rows from just after that place."""
    if wanted.status is UsageStatus.PENDING:
        return await _read(connection, _pending(wanted, limit, after))
    if not _BY_DAY.intersection(equal(wanted)) or wanted.user_id is not None:
        return await _read(connection, _rows(wanted, limit, after))
    # In this order: what is settled between the two is seen by the second.
    open_rows = [] if wanted.status is not None else await _read(connection, _pending(wanted, limit, after))
    days = [row[:2] for row in await connection.execute(_days(wanted, limit, after))]
    final = await _read(connection, _final(wanted, limit, after, days)) if days else []
    rows = {row.entry_id: row for row in (*open_rows, *final)}
    return sorted(rows.values(), key=lambda row: (row.at, row.entry_id), reverse=True)[:limit]


async def _read(connection: AsyncConnection, rows: Select[Any]) -> list[Row[Any]]:
    return list((await connection.execute(rows)).all())


def _rows(wanted: UsageFilter, limit: int, after: Place | None) -> Select[Any]:
    rows = select(usage_entries).where(*_narrowed(wanted), *_behind(_AT, after))
    if wanted.status not in (None, UsageStatus.SETTLED):
        rows = rows.where(RARE)
    return rows.order_by(_AT.desc(), _columns.entry_id.desc()).limit(limit)


def _pending(wanted: UsageFilter, limit: int, after: Place | None) -> Select[Any]:
    rows = select(usage_entries).where(PENDING, *_narrowed(wanted), *_behind(_AT_OF_FEW, after))
    return rows.order_by(_AT_OF_FEW.desc(), _columns.entry_id.desc()).limit(limit)


def _final(wanted: UsageFilter, limit: int, after: Place | None, days: Sequence[Sequence[int]]) -> Select[Any]:
    """From the newest of these days down to where there are enough rows, or none any more."""
    found = 0
    lowest = days[-1][0]
    # The first day may be cut by where the page begins: what it has is not counted on.
    for day, count in days[1:]:
        found += count
        if found >= limit:
            lowest = day
            break
    inside = (lowest * DAY <= _AT, (days[0][0] + 1) * DAY > _AT)
    return _rows(wanted, limit, after).where(*inside, _columns.status != UsageStatus.PENDING.value)


def _days(wanted: UsageFilter, limit: int, after: Place | None) -> Select[Any]:
    """The newest days that have such rows, with how many; more days than rows are never needed."""
    narrowed = equal(wanted)
    keys = {name: version_key(value) if name == "prompt_version" else value for name, value in narrowed.items()}
    days = select(_sums.day, func.sum(_sums.attempts)).where(_sums.kind == kind_with(frozenset(narrowed)).name)
    days = days.where(*(matches(_sums[name], key) for name, key in keys.items()))
    if wanted.since is not None:
        days = days.where(_sums.day >= microseconds(wanted.since) // DAY)
    last = [microseconds(moment) // DAY for moment in (wanted.until, after and after.at) if moment is not None]
    if last:
        days = days.where(_sums.day <= min(last))
    return days.group_by(_sums.day).order_by(_sums.day.desc()).limit(limit + 2)


def _behind(when: ColumnElement[int], after: Place | None) -> Iterator[ColumnElement[bool]]:
    if after is not None:
        stands = tuple_(when, _columns.entry_id) < tuple_(literal(microseconds(after.at)), literal(after.entry_id))
        yield stands if is_storable(after.entry_id) else false()


def _narrowed(wanted: UsageFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield _columns.at >= wanted.since
    if wanted.until is not None:
        yield _columns.at < wanted.until
    for name, value in equal(wanted).items():
        yield matches(_columns[name], value)
