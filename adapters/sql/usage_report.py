"""Reads the book, in SQL."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from adapters.sql.budget_rows import counter_of
from adapters.sql.column_types import EPOCH, PICO_DOLLARS, amount_of
from adapters.sql.database import Database
from adapters.sql.ledger_tables import budget_counters
from adapters.sql.pruning import refuse_pruned
from adapters.sql.rollups import SUMMED, version_of
from adapters.sql.usage_pages import equal, newest
from adapters.sql.usage_rows import entry_of
from adapters.sql.usage_summing import Span, added_up, sums
from domain.budget import BudgetCounter, BudgetRule
from domain.ledger_order import Place
from domain.paging import Page
from domain.usage import UsageDimension, UsageEntry, UsageFilter, UsageGroup, UsageStatus

_COLUMN_OF: Mapping[UsageDimension, str] = {
    UsageDimension.DAY: "day",
    UsageDimension.USER: "user_id",
    UsageDimension.SERVICE: "service",
    UsageDimension.MODEL: "model_id",
    UsageDimension.PROMPT_VERSION: "prompt_version",
    UsageDimension.STATUS: "status",
}


class SqlUsageReport:
    """Sums in the database, exactly: every summand is a whole number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def summary(self, wanted: UsageFilter, *, by: Sequence[UsageDimension]) -> list[UsageGroup]:
        """Sums by group, ordered by the dimensions as given, None first. Raises: DetailPruned."""
        columns = [_COLUMN_OF[dimension] for dimension in by]
        summing = sums(columns, equal(wanted), since=wanted.since, until=wanted.until)
        async with self._database.read() as connection:
            groups = added_up(await connection.execute(summing), columns)
            # Afterwards: what is marked as pruned by now may still have been there, but never the other way round.
            await refuse_pruned(connection, Span.of(wanted.since, wanted.until))
        found = [_group(by, key, amounts) for key, amounts in groups.items()]
        return sorted(found, key=lambda group: [_place(getattr(group, dimension.value)) for dimension in by])

    async def entries(self, wanted: UsageFilter, *, limit: int, after: str | None = None) -> Page[UsageEntry]:
        """Rows, newest first, from just after the end of the page before. Raises: Refused for another `after`."""
        place = None if after is None else Place.read(after)
        async with self._database.read() as connection:
            rows = await newest(connection, wanted, limit=limit + 1, after=place)
        items = tuple(map(entry_of, rows[:limit]))
        return Page(items=items, next_after=str(Place.of(items[-1])) if len(rows) > limit else None)

    async def counters(self, rules: Sequence[BudgetRule], *, at: datetime) -> list[BudgetCounter]:
        """The counters of each rule in the window of that moment, by rule in order, then by subject."""
        counters: list[BudgetCounter] = []
        columns = budget_counters.c
        async with self._database.read() as connection:
            for rule in rules:
                window = rule.window(at)
                counted = select(budget_counters).order_by(columns.subject)
                counted = counted.where(columns.rule == rule.counted_as, columns.unit == rule.unit.value)
                counted = counted.where(columns.starts_at == window.starts_at, columns.ends_at == window.ends_at)
                found = [counter_of(row, rule, window) for row in await connection.execute(counted)]
                counters += found or [BudgetCounter(rule=rule, window=window)]
        return counters


def _group(by: Sequence[UsageDimension], key: Sequence[Any], amounts: Sequence[int]) -> UsageGroup:
    held: dict[str, Any] = {dimension.value: value for dimension, value in zip(by, key, strict=True)}
    if "day" in held:
        held["day"] = (EPOCH + timedelta(days=held["day"])).date()
    if "status" in held:
        held["status"] = UsageStatus(held["status"])
    if "prompt_version" in held:
        held["prompt_version"] = version_of(held["prompt_version"])
    summed: dict[str, Any] = dict(zip(SUMMED, amounts, strict=True))
    for name in ("cost_usd", "saved_cost_usd"):
        summed[name] = amount_of(summed[name], PICO_DOLLARS)
    return UsageGroup(**held, **summed)


def _place(value: str | date | None) -> tuple[bool, str]:
    return value is not None, str(value)
