"""Sums of the book, in SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Row, func, select, type_coerce

from adapters.sql.column_types import PICO_DOLLARS, amount_of
from adapters.sql.database import Database
from adapters.sql.tables import usage_entries
from adapters.sql.usage_rows import BUCKETS
from domain.figures import UsageFigure
from domain.usage import UsageStatus

_columns = usage_entries.c
_KEYS = (_columns.provider, _columns.service, _columns.model_id, _columns.status, _columns.reason)
_SUMS = [func.sum(type_coerce(_columns[name], BigInteger)).label(name) for name in (*BUCKETS, "cost_usd")]
_GROUPS = select(*_KEYS, func.count().label("attempts"), *_SUMS).group_by(*_KEYS)


class SqlUsageFigures:
    """One statement; with a lower bound it reads the rows since then by their index."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def figures(self, *, since: datetime | None = None, until: datetime | None = None) -> list[UsageFigure]:
        """Sums over rows opened from `since` (included) to `until` (excluded)."""
        wanted = _GROUPS
        if since is not None:
            wanted = wanted.where(_columns.at >= since)
        if until is not None:
            wanted = wanted.where(_columns.at < until)
        async with self._database.read() as connection:
            return [_figure(row) for row in await connection.execute(wanted)]


def _figure(row: Row[Any]) -> UsageFigure:
    tokens: dict[str, Any] = {name: int(getattr(row, name)) for name in BUCKETS}
    return UsageFigure(
        provider=row.provider,
        service=row.service,
        model_id=row.model_id,
        status=UsageStatus(row.status),
        reason=row.reason,
        attempts=row.attempts,
        **tokens,
        cost_usd=amount_of(int(row.cost_usd), PICO_DOLLARS),
    )
