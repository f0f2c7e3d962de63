"""What recording backtests takes."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.service import Figure, Running, milliseconds, serving, some_runs, timed

SINGLE, BATCH, BATCHES, WARM_UP = 200, 2_000, 3, 20


def measure(folder: Path) -> Iterator[Figure]:
    """Recording, indexing apart: the embedder is the one that only hashes words."""
    with serving(folder / "recording") as running:
        runs = some_runs(WARM_UP + SINGLE, prefix="single")
        value = timed(
            running, [partial(running.ask, "POST", "/api/v1/backtests", run) for run in runs], warm_up=WARM_UP
        )
        yield Figure(what="record one", value=f"{value}, of which a part indexes", goal="p50 ≤ 5 ms")
        running.until_indexed()
        took = sorted(_batch(running, number) for number in range(BATCHES))
        value = f"{median(took):.2f} s, {took[0]:.2f} to {took[-1]:.2f} s of {BATCHES}"
        yield Figure(what=f"record {BATCH:,} in a batch", value=value, goal="≤ 2 s")


def _batch(running: Running, number: int) -> float:
    """The seconds that it takes, after all that was recorded before is indexed."""
    batch = some_runs(BATCH, prefix=f"batch{number}")
    took = milliseconds(lambda: running.ask("POST", "/api/v1/backtests/batch", batch))
    running.until_indexed()
    return took / 1000
