"""The pace of indexing beside that of the embedder alone, over the same texts, in turns.

Other work on the machine slows both, so a round of the one follows a round of the other and medians are compared. What
is timed of the service begins with the request that records the runs and ends when the last of them is found.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import msgspec

from adapters.e5.embedder import TEXTS_AT_ONCE, E5Embedder
from adapters.files.configuration import load_configuration
from benchmarks.service import LIGHT, Figure, Json, Running, milliseconds, record_all, serving, some_runs, spread
from domain.card import embedding_text
from domain.embedding import TextKind, portions
from entrypoints.http.backtest_body import BacktestBody

ENVIRONMENT = LIGHT | {"QUANTRAIL_EMBEDDINGS": "local"}
ROUNDS, MORE_ROUNDS, CARDS = 5, 25, 64
WARM_UP, QUESTIONS = 16, 12
POLL_SECONDS, PAUSE_SECONDS = 0.05, 0.25
HARDLY_SOONER = 0.8
GOAL = "within 15 %"


def measure(folder: Path) -> Iterator[Figure]:
    """A few rounds."""
    yield from _paced(folder / "indexing", rounds=ROUNDS)


def measure_long(folder: Path) -> Iterator[Figure]:
    """Many rounds."""
    yield from _paced(folder / "indexing", rounds=MORE_ROUNDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """One half of a round. Units: seconds, by the clock and of the processors."""

    clock: float
    processors: float


def _paced(folder: Path, *, rounds: int) -> Iterator[Figure]:
    alone, served = [], []
    with asyncio.Runner() as runner, serving(folder, **ENVIRONMENT) as running:
        embedder = E5Embedder()
        try:
            for number in range(-1, rounds):
                runs = some_runs(CARDS if number >= 0 else WARM_UP, prefix=f"round{number}")
                began = time.process_time()
                seconds = runner.run(_embedded_alone(embedder, runs))
                alone.append(Took(clock=seconds, processors=time.process_time() - began))
                before = running.processor_seconds()
                seconds = _indexed(running, runs, not_before=HARDLY_SOONER * seconds)
                served.append(Took(clock=seconds, processors=running.processor_seconds() - before))
        finally:
            runner.run(embedder.aclose())
        yield from _pace(alone[1:], served[1:])
        yield Figure(what="resident with the local embedder", value=f"{running.resident_mb()} MB")
        yield from _questions_meanwhile(running)


def _pace(alone: Sequence[Took], served: Sequence[Took]) -> Iterator[Figure]:
    """Medians of the rounds' own ratios: the two halves of a round met much the same machine."""
    rounds = list(zip(alone, served, strict=True))
    each = [service.clock / raw.clock - 1 for raw, service in rounds]
    work = [service.processors / raw.processors - 1 for raw, service in rounds]
    what = f"indexing beside the embedder alone, {len(rounds)} rounds of {CARDS} cards"
    spent = f"{median(each):+.0%} time, the rounds {min(each):+.0%} to {max(each):+.0%}"
    paces = f"{CARDS / median(t.clock for t in served):.1f} and {CARDS / median(t.clock for t in alone):.1f} cards/s"
    yield Figure(what=what, value=f"{spent}; {paces}", goal=GOAL)
    yield Figure(what="the same in time of the processors", value=f"{median(work):+.0%}")


async def _embedded_alone(embedder: E5Embedder, runs: Sequence[Json]) -> float:
    """The seconds that the embedder itself takes for the cards, in as many calls as the service makes, all at once."""
    model = load_configuration(None).catalogue.get("multilingual-e5-small")
    texts = [embedding_text(msgspec.convert(run, BacktestBody).read()) for run in runs]
    embed = partial(embedder.embed, kind=TextKind.PASSAGE, model=model, timeout_seconds=600)
    started = time.perf_counter()
    await asyncio.gather(*(embed(portion) for portion in portions(texts, most_texts=TEXTS_AT_ONCE)))
    return time.perf_counter() - started


def _indexed(running: Running, runs: Sequence[Json], *, not_before: float) -> float:
    """The seconds from the first byte of their recording until all of them are indexed.

    Nobody looks for so long: each look takes some of the processor time of what is measured.
    """
    started = time.perf_counter()
    record_all(running, runs)
    time.sleep(not_before)
    while running.ask("GET", f"/api/v1/backtests/{runs[-1]['backtest_id']}")["indexing"] != "indexed":
        time.sleep(POLL_SECONDS)
    running.until_indexed()
    return time.perf_counter() - started


def _questions_meanwhile(running: Running) -> Iterator[Figure]:
    """A question is embedded by the same model: it must not stand behind the cards."""
    ask = partial(_asked, running)
    yield Figure(what="a question, local embedding included", value=spread([ask(n) for n in range(QUESTIONS)]))
    record_all(running, some_runs(2 * CARDS, prefix="meanwhile"))
    times = [ask(QUESTIONS + n) for n in range(QUESTIONS)]
    pending = not running.is_indexed()
    value = spread(times) if pending else f"{spread(times)}; it was over before the questions were"
    yield Figure(what="the same while cards are indexed", value=value)
    running.until_indexed()


def _asked(running: Running, number: int) -> float:
    time.sleep(PAUSE_SECONDS)
    body = {"query": f"조용한 장에서 과매도 반등을 노리는 전략 {number}"}
    return milliseconds(lambda: running.ask("POST", "/api/v1/backtests/search", body))
