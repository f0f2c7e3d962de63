"""`kill -9` at every named point of a call, again and again: what the ledger says beside the invoice."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from benchmarks.service import Figure
from tests.contracts.sql_engines import an_empty_postgresql
from tests.crash.lives import SWEEP_SECONDS, Patient, a_patient
from tests.crash.points import STARTS, Point
from tests.doubles.process import openai_double

POINTS = tuple(point for point in Point if point not in STARTS)
SOME_POINTS = (Point.AFTER_OPEN, Point.MID_STREAM, Point.IN_SETTLE, Point.IN_SWEEP)
RUNS, ENGINES = 20, ("sqlite", "postgresql")
_numbers = count(1)


def measure(folder: Path) -> Iterator[Figure]:
    """A few points, once each."""
    yield from _engine("sqlite", folder, points=SOME_POINTS, runs=1)


def measure_long(folder: Path) -> Iterator[Figure]:
    """Every point, twenty times each, on both engines."""
    for engine in ENGINES:
        yield from _engine(engine, folder, points=POINTS, runs=RUNS)


def _engine(engine: str, folder: Path, *, points: Sequence[Point], runs: int) -> Iterator[Figure]:
    kills, calls, rows, faults = 0, 0, 0, list[str]()
    overdue: list[float] = []
    for point in points:
        print(f"  {engine}, {runs} × {point} …", file=sys.stderr, flush=True)
        place = folder / f"crash-{next(_numbers)}"
        place.mkdir()
        with openai_double(place) as double, a_patient(place, _url(engine, place), double) as patient:
            found = asyncio.run(_killed(patient, point, runs=runs))
            faults += found
            book = asyncio.run(patient.book())
            kills += patient.deaths
            calls += len(double.calls())
            rows += len(book.rows)
            overdue += book.seconds_overdue
        for fault in found:
            print(f"  {fault}", file=sys.stderr, flush=True)
    what = f"{engine}: {kills} kills at {len(points)} points, {calls:,} calls, {rows:,} rows"
    yield Figure(what=what, value=f"{len(faults)} faults", goal="0: a row a call, no hold, counters as rows")
    late = f"longest {max(overdue, default=0.0):.1f} s after its deadline, the restart in it"
    swept = f"{engine}: {len(overdue):,} rows left pending and charged at their estimate"
    yield Figure(what=swept, value=late, goal=f"a sweep, here each {SWEEP_SECONDS} s")


async def _killed(patient: Patient, point: Point, *, runs: int) -> list[str]:
    return [fault for _ in range(runs) for fault in await patient.crash(point)]


def _url(engine: str, place: Path) -> str:
    return f"sqlite:///{place}/quantrail.db" if engine == "sqlite" else asyncio.run(an_empty_postgresql())
