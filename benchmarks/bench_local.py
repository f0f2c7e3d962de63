"""What retrieval adds to a generation, with the local embedder.

The chat model is the one that plays a script: what it adds is nothing, so that what retrieval adds can be seen.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.service import LIGHT, Figure, Running, milliseconds, record_all, serving, some_runs, spread

ENVIRONMENT = LIGHT | {"QUANTRAIL_EMBEDDINGS": "local"}
COUNT, WARM_UP, TIMES = 64, 8, 30
REQUEST = "Build an RSI mean reversion strategy for GOOG that buys below 30 and sells above 70"
BUILD = "/api/v1/strategy-builder"


def measure(folder: Path) -> Iterator[Figure]:
    """Requests over some indexed cards."""
    with serving(folder / "local", **ENVIRONMENT) as running:
        record_all(running, some_runs(COUNT, prefix="cold"))
        running.until_indexed()
        yield from _what_retrieval_adds(running)


def _what_retrieval_adds(running: Running) -> Iterator[Figure]:
    plain, grounded = [], []
    for number in range(WARM_UP + TIMES):
        # Another text each time: an embedding of the same question might be kept one day.
        body = {"request": f"{REQUEST} ({number})"}
        plain.append(milliseconds(partial(running.ask, "POST", BUILD, body)))
        grounded.append(milliseconds(partial(running.ask, "POST", f"{BUILD}/generate-with-rag", body)))
    plain, grounded = plain[WARM_UP:], grounded[WARM_UP:]
    yield Figure(what="a generation without retrieval, model left out", value=spread(plain))
    added = median(grounded) - median(plain)
    value = f"{added:.1f} ms p50 (with: {spread(grounded)})"
    yield Figure(what="what retrieval adds, query embedding included", value=value, goal="≤ 30 ms p50")
