"""What a summary of the ledger takes."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

from sqlalchemy import insert

from adapters.sql.database import Database
from adapters.sql.tables import usage_entries
from adapters.sql.usage_rows import row_of
from benchmarks.service import Figure, milliseconds, serving, spread
from domain.usage import TokenUsage, UsageEntry, UsageStatus

ROWS, AT_ONCE, TIMES, WARM_UP = 100_000, 10_000, 20, 2
DAYS, USERS = 60, 50
SERVICES = ("strategy_builder", "narrative_report", "chatops", "memory")
MODELS = ("gpt-4o-mini", "gpt-4o", "gpt-6-luna")
USAGE = "/api/v1/gen-ai/usage?group_by="


def measure(folder: Path) -> Iterator[Figure]:
    """Sums over all of it, as a dashboard asks for them."""
    data = folder / "usage"
    data.mkdir()
    asyncio.run(_write(data / "quantrail.db"))
    with serving(data) as running:
        for by in ("service,model", "day,model"):
            ask = partial(running.ask, "GET", USAGE + by)
            times = [milliseconds(ask) for _ in range(WARM_UP + TIMES)][WARM_UP:]
            goal = "p95 ≤ 100 ms over 10 million rows"
            yield Figure(what=f"usage by {by}, {ROWS:,} rows", value=spread(times), goal=goal)
        scrape = partial(running.http.get, "/metrics")
        first = milliseconds(scrape)
        later = [milliseconds(scrape) for _ in range(TIMES)]
        yield Figure(what=f"/metrics, {ROWS:,} rows", value=f"first {first:.0f} ms, then {spread(later)}")


async def _write(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    await database.start()
    for start in range(0, ROWS, AT_ONCE):
        rows = [row_of(_entry(number)) for number in range(start, start + AT_ONCE)]
        async with database.write() as connection:
            await connection.execute(insert(usage_entries), rows)
    await database.close()


def _entry(number: int) -> UsageEntry:
    at = datetime.now(UTC) - timedelta(days=1 + number % DAYS, seconds=number % 3_600)
    first = UsageEntry(
        entry_id=f"{number:012}", operation_id=f"op-{number}", attempt=1, request_id=f"req-{number}", at=at,
        deadline_at=at, user_id=f"user-{number % USERS}", service=SERVICES[number % 4], provider="openai",
        model_id=MODELS[number % 3], prompt_version=None, price_version="1", cost_usd=Decimal("0.0001"),
        usage=TokenUsage(input_tokens=number % 2_000, output_tokens=number % 300),
    )  # fmt: skip
    return replace(first, status=UsageStatus.SETTLED, latency_ms=900)
