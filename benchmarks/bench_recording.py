"""What recording backtests takes."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.service import Figure, milliseconds, serving, some_runs, spread

SINGLE, BATCH, WARM_UP = 200, 2_000, 20


def measure(folder: Path) -> Iterator[Figure]:
    """Recording, indexing apart: the embedder is the one that only hashes words."""
    with serving(folder / "recording") as running:
        runs = some_runs(WARM_UP + SINGLE, prefix="single")
        times = [milliseconds(partial(running.ask, "POST", "/api/v1/backtests", run)) for run in runs]
        yield Figure(what="record one", value=spread(times[WARM_UP:]), goal="p50 ≤ 5 ms")
        running.until_indexed()
        batch = some_runs(BATCH, prefix="batch")
        took = milliseconds(lambda: running.ask("POST", "/api/v1/backtests/batch", batch))
        yield Figure(what=f"record {BATCH:,} in a batch", value=f"{took / 1000:.2f} s", goal="≤ 2 s")
