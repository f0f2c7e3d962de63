"""What a search takes, the embedding of the question left out: the embedder is the one that only hashes words."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.service import Figure, Running, milliseconds, record_all, serving, some_runs, spread

SIZES = (1_000, 10_000)
QUESTIONS = {
    "a question": "조용한 장에서 과매도 반등을 노리는 전략",
    "a question with a condition": "샤프 0.5 이상인 RSI 전략",
}
TIMES, WARM_UP = 60, 5


def measure(folder: Path) -> Iterator[Figure]:
    """The same questions over more and more backtests of one user."""
    with serving(folder / "search") as running:
        recorded = 0
        for size in SIZES:
            record_all(running, some_runs(size - recorded, prefix=f"upto{size}"))
            running.until_indexed()
            recorded = size
            time.sleep(0.5)  # the last batch is being written away
            yield from _searched(running, size)


def _searched(running: Running, size: int) -> Iterator[Figure]:
    for kind, question in QUESTIONS.items():
        ask = partial(running.ask, "POST", "/api/v1/backtests/search", {"query": question})
        times = [milliseconds(ask) for _ in range(WARM_UP + TIMES)][WARM_UP:]
        goal = "p50 ≤ 10 ms, p95 ≤ 25 ms" if size == max(SIZES) else ""
        yield Figure(what=f"search {size:,} cards, {kind}", value=spread(times), goal=goal)
