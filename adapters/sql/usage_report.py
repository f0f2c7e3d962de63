"""Reads the book, in SQL."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, false, literal, literal_column, select, tuple_, type_coerce

from adapters.sql.budget_rows import counter_of
from adapters.sql.column_types import EPOCH, PICO_DOLLARS, amount_of, microseconds
from adapters.sql.database import Database
from adapters.sql.pruning import refuse_pruned
from adapters.sql.rollups import SUMMED, version_of
from adapters.sql.tables import budget_counters, usage_entries
from adapters.sql.usage_rows import entry_of
from adapters.sql.usage_summing import PENDING, RARE, Span, added_up, sums
from domain.budget import BudgetCounter, BudgetRule
from domain.ledger_order import Place
from domain.paging import Page
from domain.text import is_storable
from domain.usage import UsageDimension, UsageEntry, UsageFilter, UsageGroup, UsageStatus

_columns = usage_entries.c
_AT = type_coerce(_columns.at, BigInteger)
_COLUMN_OF: Mapping[UsageDimension, str] = {
    UsageDimension.DAY: "day",
    UsageDimension.USER: "user_id",
    UsageDimension.SERVICE: "service",
    UsageDimension.MODEL: "model_id",
    UsageDimension.PROMPT_VERSION: "prompt_version",
    UsageDimension.STATUS: "status",
}
_FILTERS = ("user_id", "service", "model_id", "prompt_version", "status")


class SqlUsageReport:
    """Sums in the database, exactly: every summand is a whole number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def summary(self, wanted: UsageFilter, *, by: Sequence[UsageDimension]) -> list[UsageGroup]:
        """Sums by group, ordered by the dimensions as given, None first. Raises: DetailPruned."""
        columns = [_COLUMN_OF[dimension] for dimension in by]
        summing = sums(columns, _equal(wanted), since=wanted.since, until=wanted.until)
        async with self._database.read() as connection:
            groups = added_up(await connection.execute(summing), columns)
            # Afterwards: what is marked as pruned by now may still have been there, but never the other way round.
            await refuse_pruned(connection, Span.of(wanted.since, wanted.until))
        found = [_group(by, key, amounts) for key, amounts in groups.items()]
        return sorted(found, key=lambda group: [_place(getattr(group, dimension.value)) for dimension in by])

    async def entries(self, wanted: UsageFilter, *, limit: int, after: str | None = None) -> Page[UsageEntry]:
        """Rows, newest first, from just after the end of the page before. Raises: Refused for another `after`."""
        newest_first = _newest_first(wanted, after).limit(limit + 1)
        async with self._database.read() as connection:
            rows = (await connection.execute(newest_first)).all()
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
                counted = counted.where(columns.rule == rule.name, columns.unit == rule.unit.value)
                counted = counted.where(columns.starts_at == window.starts_at, columns.ends_at == window.ends_at)
                found = [counter_of(row, rule, window) for row in await connection.execute(counted)]
                counters += found or [BudgetCounter(rule=rule, window=window)]
        return counters


def _equal(wanted: UsageFilter) -> dict[str, str]:
    return {name: value for name in _FILTERS if (value := getattr(wanted, name)) is not None}


def _newest_first(wanted: UsageFilter, after: str | None) -> Select[Any]:
    # Pending rows are few: they are sorted, so that their own index is read and not all rows in their order.
    when = _AT + literal_column("0") if wanted.status is UsageStatus.PENDING else _AT
    rows = select(usage_entries).where(*_narrowed(wanted)).order_by(when.desc(), _columns.entry_id.desc())
    if after is None:
        return rows
    place = Place.read(after)
    if not is_storable(place.entry_id):
        return rows.where(false())
    stands = tuple_(when, _columns.entry_id)
    return rows.where(stands < tuple_(literal(microseconds(place.at)), literal(place.entry_id)))


def _narrowed(wanted: UsageFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.status is UsageStatus.PENDING:
        yield PENDING
    elif wanted.status is not None and wanted.status is not UsageStatus.SETTLED:
        yield RARE
    if wanted.since is not None:
        yield _columns.at >= wanted.since
    if wanted.until is not None:
        yield _columns.at < wanted.until
    for name, value in _equal(wanted).items():
        yield _columns[name] == value if is_storable(value) else false()


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
