"""Calls that only the ledger sees: opened, waited for as for a provider, settled."""

import asyncio
import random
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from statistics import quantiles

import uvloop

from adapters.sql.usage_ledger import SqlUsageLedger
from adapters.system.ids import TimeOrderedIds
from domain.budget import BudgetPeriod, BudgetRule, BudgetUnit
from domain.usage import Settlement, TokenUsage, UsageEntry, UsageStatus

CALLERS, USERS = 16, 500
UPSTREAM_SECONDS, SPREAD_SECONDS = 0.050, 0.005
"""Providers differ from call to call; callers that all waited equally long would march in step."""
RULES = (
    BudgetRule(name="all", unit=BudgetUnit.USD, limit=Decimal(1_000_000), period=BudgetPeriod.MONTH),
    BudgetRule(name="each", unit=BudgetUnit.USD, limit=Decimal(100_000), period=BudgetPeriod.MONTH, each_user=True),
)
USED = TokenUsage(input_tokens=900, cached_input_tokens=512, output_tokens=120)
_ids = TimeOrderedIds()


@dataclass(slots=True)
class Times:
    """Milliseconds: of whole calls, and what of them the ledger took."""

    calls: list[float] = field(default_factory=list)
    ledger: list[float] = field(default_factory=list)


async def call(ledger: SqlUsageLedger | None, times: Times, *, upstream_seconds: float) -> None:
    """One call; without a ledger it only waits."""
    entry = _entry(datetime.now(UTC))
    started = time.perf_counter()
    if ledger is not None:
        holds = [r.hold(user_id=entry.user_id, at=entry.at, usage=entry.usage, cost_usd=entry.cost_usd) for r in RULES]
        await ledger.open(entry, holds=holds)
    opened = time.perf_counter()
    if upstream_seconds:
        await asyncio.sleep(upstream_seconds)
    answered = time.perf_counter()
    if ledger is not None:
        await ledger.settle(entry.entry_id, _settlement(entry))
    ended = time.perf_counter()
    times.calls.append((ended - started - upstream_seconds) * 1000)
    times.ledger.append((opened - started + ended - answered) * 1000)


async def at_a_pace(ledger: SqlUsageLedger | None, times: Times, *, seconds: float) -> None:
    """So many callers, one call after the other each, until the time is up."""

    async def caller() -> None:
        await asyncio.sleep(random.random() * UPSTREAM_SECONDS)
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            wait = UPSTREAM_SECONDS + random.uniform(-SPREAD_SECONDS, SPREAD_SECONDS)
            await call(ledger, times, upstream_seconds=wait)

    await asyncio.gather(*(caller() for _ in range(CALLERS)))


async def as_fast_as_possible(ledger: SqlUsageLedger, count: int) -> float:
    """So many calls by all callers together, which wait for nothing but the ledger; calls a second."""
    times = Times()

    async def caller() -> None:
        for _ in range(count // CALLERS):
            await call(ledger, times, upstream_seconds=0)

    started = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return len(times.calls) / (time.perf_counter() - started)


def run(work: Coroutine[None, None, None]) -> None:
    """On the loop that the service runs on."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


def percentile(times: list[float], percent: int) -> float:
    """What so many of a hundred stay below."""
    return quantiles(times, n=100)[percent - 1]


def _entry(now: datetime) -> UsageEntry:
    return UsageEntry(
        entry_id=_ids.new(), operation_id=_ids.new(), attempt=1, request_id="req-1", at=now,
        deadline_at=now + timedelta(seconds=90), user_id=f"user-{random.randrange(USERS)}@quant.kr", service="chatops",
        provider="openai", model_id="gpt-4o-mini", prompt_version="chat@1", price_version="genai-prices@2024-07-18",
        usage=TokenUsage(input_tokens=1_000, output_tokens=500, estimated=True), cost_usd=Decimal("0.00045"),
        key_id="key-1",
    )  # fmt: skip


def _settlement(entry: UsageEntry) -> Settlement:
    return Settlement(
        status=UsageStatus.SETTLED, usage=USED, cost_usd=Decimal("0.0001686"), settled_at=entry.at, latency_ms=50
    )
