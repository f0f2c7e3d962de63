"""Many at once against small caps, calls that fail at every step, readers who leave: the figures of the load tests."""

import asyncio
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from statistics import median

from benchmarks.service import Figure
from tests.cli.process import serving
from tests.contracts.sql_engines import a_sqlite_at_head, an_empty_postgresql
from tests.crash.accounts import charged
from tests.crash.lives import reading
from tests.doubles.process import OpenAIDouble, openai_double
from tests.e2e.hosted import keyed
from tests.load.caps import CAPS, EVERYONE, UNITS, Storm, one_by_one, services, storm
from tests.load.failing import Aftermath, fail_a_lot
from tests.load.leaving import SHARES, Left, leave

SEED = 20261124
REQUESTS, FEWER_REQUESTS, PROCESSES = 1_000, 300, 4
CALLS, FEWER_CALLS = 10_000, 1_000
READERS, FEWER_READERS = 25, 5


def measure(folder: Path) -> Iterator[Figure]:
    """A short form of each."""
    yield from _storm(folder / "storm", f"sqlite:///{folder}/storm.db", processes=1, requests=FEWER_REQUESTS)
    yield _failures(folder / "failures", calls=FEWER_CALLS)
    yield from _readers(folder / "readers", times=FEWER_READERS)


def measure_long(folder: Path) -> Iterator[Figure]:
    """Each at its full size, the storm over PostgreSQL too."""
    yield from _storm(folder / "storm", f"sqlite:///{folder}/storm.db", processes=1, requests=REQUESTS)
    url = asyncio.run(an_empty_postgresql())
    yield from _storm(folder / "twin", url, processes=PROCESSES, requests=REQUESTS)
    yield _failures(folder / "failures", calls=CALLS)
    yield from _readers(folder / "readers", times=READERS)


def _storm(place: Path, url: str, *, processes: int, requests: int) -> Iterator[Figure]:
    place.mkdir()
    with openai_double(place) as double, services(place, double, url, processes=processes) as addresses:
        came = asyncio.run(storm(double, url, *addresses, requests=requests, seed=SEED))
        accepted, wrong = asyncio.run(one_by_one(double, url, *addresses, seed=SEED))
    for fault in [*came.faults(), *wrong]:
        print(f"  {fault}", file=sys.stderr)
    engine = f"{url.partition(':')[0]}, {processes} process{'es' if processes > 1 else ''}"
    what = f"{engine}: {requests:,} at once, {came.statuses[200]} answered, {len(came.refused)} refused"
    value = f"{len(came.faults())} faults, {requests / came.seconds:.0f} a second, {came.turned_away} turned away"
    yield Figure(what=what, value=value, goal="0 faults")
    yield _height(engine, came)
    what = f"{engine}: afterwards one by one, {accepted[True]} accepted, {accepted[False]} refused"
    yield Figure(what=what, value=f"{len(wrong)} wrongly", goal="0")


def _height(engine: str, came: Storm) -> Figure:
    cap = CAPS[EVERYONE]
    highest = Decimal(came.watched.most[EVERYONE]) / UNITS[EVERYONE]
    what = f"{engine}: spend and holds of everyone, {came.watched.looks:,} looks"
    value = f"at most {highest / cap:.1%} of the cap; invoice {charged(came.calls) / cap:.1%}"
    return Figure(what=what, value=value, goal="≤ 100 % at every instant")


def _failures(place: Path, *, calls: int) -> Figure:
    place.mkdir()
    after = asyncio.run(_failed(place, calls))
    what = f"{calls:,} calls that fail at every step, {len(after.book.rows):,} rows, {after.refused:,} refusals"
    value = f"{len(after.book.open_holds)} open holds, {len(after.faults)} faults, {after.overdue} swept up"
    return Figure(what=what, value=value, goal="0 open holds, 0 faults")


async def _failed(place: Path, calls: int) -> Aftermath:
    return await fail_a_lot(await a_sqlite_at_head(place), calls=calls, seed=SEED)


def _readers(place: Path, *, times: int) -> Iterator[Figure]:
    place.mkdir()
    entry = ("-m", "tests.crash.victim")
    with (
        openai_double(place) as double,
        serving(place / "data", entry=entry, **keyed(double, QUANTRAIL_VECTOR_STORE="memory")) as running,
    ):
        left = asyncio.run(_leave(double, f"sqlite:///{place}/data/quantrail.db", running.url, times))
    for share in SHARES:
        yield _deviation(share, [one for one in left if one.share == share])


async def _leave(double: OpenAIDouble, database: str, url: str, times: int) -> list[Left]:
    async with reading(database) as books:
        return await leave(double, books, url, times=times)


def _deviation(share: float, left: list[Left]) -> Figure:
    off = [one.deviation for one in left]
    faults = sum(len(one.faults()) for one in left)
    what = f"{len(left)} readers who leave at {share:.0%} of a stream: what is charged beside the invoice"
    value = f"{min(off):+.1%} to {max(off):+.1%}, median {median(off):+.1%}, {faults} faults"
    return Figure(what=what, value=value, goal="within 10 %")
