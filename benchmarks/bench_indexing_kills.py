"""`kill -9` at random moments of indexing: what is searchable after the next start beside what is committed."""

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.service import Figure
from tests.crash.indexing import LONGEST_MILLISECONDS, MOST_STEPS, a_sufferer

KILLS, FEWER_KILLS, SAID_EACH = 50, 5, 10
GOAL = "0: each committed run found once, nothing else"


def measure(folder: Path) -> Iterator[Figure]:
    """A few of them."""
    yield _killed(folder, kills=FEWER_KILLS)


def measure_long(folder: Path) -> Iterator[Figure]:
    """Fifty."""
    yield _killed(folder, kills=KILLS)


def _killed(folder: Path, *, kills: int) -> Figure:
    place, faults = folder / "indexing-kills", list[str]()
    place.mkdir()
    with a_sufferer(place) as sufferer:
        for number in range(kills):
            sufferer.dies()
            faults += sufferer.faults()
            if (number + 1) % SAID_EACH == 0:
                print(f"  {number + 1} kills, {sufferer.committed():,} runs, {len(faults)} faults", file=sys.stderr)
        faults += sufferer.last_faults()
        committed, deaths = sufferer.committed(), sufferer.deaths
    for fault in faults:
        print(f"  {fault}", file=sys.stderr)
    moments = f"1 to {MOST_STEPS} steps after it was set, up to {LONGEST_MILLISECONDS:.0f} ms into it"
    what = f"{deaths} kills while indexing, {moments}; SQLite and embedded Chroma"
    return Figure(what=what, value=f"{len(faults)} faults, {committed:,} runs at the end", goal=GOAL)
