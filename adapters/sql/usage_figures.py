"""Sums of the book for a monitor, in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from adapters.sql.column_types import PICO_DOLLARS, amount_of
from adapters.sql.database import Database
from adapters.sql.rollups import SUMMED
from adapters.sql.usage_rows import BUCKETS
from adapters.sql.usage_summing import added_up, sums
from domain.figures import UsageFigure, code_of, joined
from domain.usage import UsageStatus

_COLUMNS = ("provider", "service", "model_id", "status", "reason")


class SqlUsageFigures:
    """Reads the sums of whole days, and rows only where a bound falls inside a day."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def figures(self, *, since: datetime | None = None, until: datetime | None = None) -> list[UsageFigure]:
        """Sums over rows opened from `since` (included) to `until` (excluded)."""
        async with self._database.read() as connection:
            rows = await connection.execute(sums(_COLUMNS, {}, since=since, until=until))
            groups = added_up(rows, _COLUMNS)
        return list(joined(_figure(key, amounts) for key, amounts in groups.items()))


def _figure(key: Sequence[Any], amounts: Sequence[int]) -> UsageFigure:
    provider, service, model_id, status, reason = key
    summed = dict(zip(SUMMED, amounts, strict=True))
    tokens: dict[str, Any] = {name: summed[name] for name in BUCKETS}
    return UsageFigure(
        provider=provider,
        service=service,
        model_id=model_id,
        status=UsageStatus(status),
        reason=code_of(reason),
        attempts=summed["attempts"],
        **tokens,
        cost_usd=amount_of(summed["cost_usd"], PICO_DOLLARS),
    )
