"""Reads the book, in SQL."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Select, false, func, literal_column, select, type_coerce

from adapters.sql.budget_rows import counter_of
from adapters.sql.column_types import EPOCH, MICROSECOND, PICO_DOLLARS, amount_of
from adapters.sql.database import Database
from adapters.sql.statements import cleaned
from adapters.sql.tables import budget_counters, usage_entries
from adapters.sql.usage_rows import BUCKETS, entry_of
from domain.budget import BudgetCounter, BudgetRule
from domain.paging import Page
from domain.text import is_storable
from domain.usage import UsageDimension, UsageEntry, UsageFilter, UsageGroup, UsageStatus

_columns = usage_entries.c
# A literal, since two bound parameters would make two expressions of it: one selected, one grouped by.
_day = type_coerce(_columns.at, BigInteger) // literal_column(str(timedelta(days=1) // MICROSECOND), BigInteger)
_GROUPED: Mapping[UsageDimension, ColumnElement[Any]] = {
    UsageDimension.DAY: _day,
    UsageDimension.USER: _columns.user_id,
    UsageDimension.SERVICE: _columns.service,
    UsageDimension.MODEL: _columns.model_id,
    UsageDimension.PROMPT_VERSION: _columns.prompt_version,
    UsageDimension.STATUS: _columns.status,
}
_SUMMED = (*BUCKETS, "cost_usd", "saved_cost_usd")


class SqlUsageReport:
    """Sums in the database, exactly: every summand is a whole number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def summary(self, wanted: UsageFilter, *, by: Sequence[UsageDimension]) -> list[UsageGroup]:
        """Sums by group, ordered by the dimensions as given, None first."""
        grouped = [_GROUPED[dimension].label(dimension.value) for dimension in by]
        sums = [func.sum(type_coerce(_columns[name], BigInteger)).label(name) for name in _SUMMED]
        counts = (func.count(_columns.operation_id.distinct()).label("requests"), func.count().label("attempts"))
        groups: Select[Any] = (
            select(*grouped, *counts, *sums).where(*_narrowed(wanted)).group_by(*(_GROUPED[d] for d in by))
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(groups)).all()
        found = [_group(row, by) for row in rows if row.attempts]
        return sorted(found, key=lambda group: [_place(getattr(group, dimension.value)) for dimension in by])

    async def entries(self, wanted: UsageFilter, *, limit: int, after: str | None = None) -> Page[UsageEntry]:
        """Rows, newest first, from just after the entry id `after`."""
        newest_first = select(usage_entries).where(*_narrowed(wanted)).order_by(_columns.entry_id.desc())
        if after is not None:
            newest_first = newest_first.where(_columns.entry_id < cleaned(after))
        async with self._database.read() as connection:
            rows = (await connection.execute(newest_first.limit(limit + 1))).all()
        more = rows[limit - 1].entry_id if len(rows) > limit else None
        return Page(items=tuple(map(entry_of, rows[:limit])), next_after=more)

    async def counters(self, rules: Sequence[BudgetRule], *, at: datetime) -> list[BudgetCounter]:
        """The counters of each rule in the window of that moment, by rule in order, then by subject."""
        counters: list[BudgetCounter] = []
        columns = budget_counters.c
        async with self._database.read() as connection:
            for rule in rules:
                window = rule.window(at)
                counted = select(budget_counters).order_by(columns.subject)
                counted = counted.where(columns.rule == rule.name, columns.unit == rule.unit.value)
                counted = counted.where(columns.starts_at == window.starts_at, columns.ends_at == window.ends_at)
                found = [counter_of(row, rule, window) for row in await connection.execute(counted)]
                counters += found or [BudgetCounter(rule=rule, window=window)]
        return counters


def _narrowed(wanted: UsageFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield _columns.at >= wanted.since
    if wanted.until is not None:
        yield _columns.at < wanted.until
    for name in ("user_id", "service", "model_id", "prompt_version", "status"):
        value: str | None = getattr(wanted, name)
        if value is not None:
            yield _columns[name] == value if is_storable(value) else false()


def _group(row: Row[Any], by: Sequence[UsageDimension]) -> UsageGroup:
    held: dict[str, Any] = {dimension.value: getattr(row, dimension.value) for dimension in by}
    if UsageDimension.DAY in by:
        held["day"] = (EPOCH + timedelta(days=row.day)).date()
    if UsageDimension.STATUS in by:
        held["status"] = UsageStatus(row.status)
    tokens: dict[str, Any] = {name: int(getattr(row, name)) for name in BUCKETS}
    return UsageGroup(
        **held,
        requests=row.requests,
        attempts=row.attempts,
        **tokens,
        cost_usd=amount_of(int(row.cost_usd), PICO_DOLLARS),
        saved_cost_usd=amount_of(int(row.saved_cost_usd), PICO_DOLLARS),
    )


def _place(value: str | date | None) -> tuple[bool, str]:
    return value is not None, str(value)
