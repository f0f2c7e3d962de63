"""What the local embedder lets the service do: the pace of indexing, and what retrieval adds to a generation.

The chat model is the one that plays a script: what it adds is nothing, so that what retrieval adds can be seen.
"""

import asyncio
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

import msgspec

from adapters.e5.embedder import E5Embedder
from adapters.files.configuration import load_configuration
from benchmarks.service import LIGHT, Figure, Json, Running, milliseconds, record_all, serving, some_runs, spread
from domain.card import embedding_text
from domain.embedding import TextKind
from entrypoints.http.backtest_body import BacktestBody

ENVIRONMENT = LIGHT | {"QUANTRAIL_EMBEDDINGS": "local"}
COUNT, WARM_UP, TIMES = 160, 8, 30
REQUEST = "Build an RSI mean reversion strategy for GOOG that buys below 30 and sells above 70"
BUILD = "/api/v1/strategy-builder"


def measure(folder: Path) -> Iterator[Figure]:
    """Cards that nobody has embedded before, and then requests over them."""
    runs = some_runs(COUNT, prefix="cold")
    alone = asyncio.run(_embedded_alone(runs))
    with serving(folder / "local", **ENVIRONMENT) as running:
        record_all(running, some_runs(WARM_UP, prefix="warm"))
        running.until_indexed()
        started = time.perf_counter()
        record_all(running, runs)
        running.until_indexed()
        took = time.perf_counter() - started
        value = f"{COUNT / took:.1f} cards/s; the embedder alone {COUNT / alone:.1f} ({took / alone - 1:+.0%} time)"
        yield Figure(what="indexing, local embedder", value=value, goal="within 15 %")
        yield Figure(what="resident with the local embedder", value=f"{running.resident_mb()} MB")
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


async def _embedded_alone(runs: list[Json]) -> float:
    """The seconds that the embedder itself takes for the same cards."""
    model = load_configuration(None).catalogue.get("multilingual-e5-small")
    texts = [embedding_text(msgspec.convert(run, BacktestBody).read()) for run in runs]
    embedder = E5Embedder()
    embed = partial(embedder.embed, kind=TextKind.PASSAGE, model=model, timeout_seconds=600)
    try:
        await embed(texts[:WARM_UP])
        started = time.perf_counter()
        await embed(texts)
        return time.perf_counter() - started
    finally:
        await embedder.aclose()
