"""A data folder with so many indexed backtests, filled through the application and not over HTTP.

The runs are real ones many times over, each with other figures. Of the first cards the vectors are embedded; all others
get one of these with noise, from a seed that their text is: embedding 100,000 would take an hour.
"""

import asyncio
import hashlib
import json
import random
import sys
import time
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from adapters.memory.embedder import HashedWordsEmbedder
from benchmarks.service import RUNS, USER
from domain.backtest import Backtest, Metrics
from domain.catalogue import ModelConfig
from domain.embedding import Embedded, TextKind, Vector
from domain.identity import UserScope
from domain.usage import TokenUsage
from entrypoints.container import Container, build_container
from entrypoints.http.backtest_body import BacktestBody
from entrypoints.life import running
from entrypoints.ownership import owning
from entrypoints.settings import Settings

EMBEDDED, NOISE = 482, 0.03
OTHERS_EACH, AT_ONCE = 1_000, 2_000
SETTINGS = {"QUANTRAIL_LLM": "scripted", "QUANTRAIL_EMBEDDINGS": "memory"}


class NoisyEmbedder:
    """Embeds the first texts it is given, and gives the others a vector beside one of theirs. Counts all of them."""

    texts_at_once = AT_ONCE

    def __init__(self) -> None:
        self.embedded = 0
        self._words = HashedWordsEmbedder()
        self._known: list[npt.NDArray[np.float32]] = []

    async def embed(
        self, texts: Sequence[str], *, kind: TextKind, model: ModelConfig, timeout_seconds: float
    ) -> Embedded:
        """One vector a text."""
        self.embedded += len(texts)
        first = texts[: EMBEDDED - len(self._known)]
        asked = await self._words.embed(first, kind=kind, model=model, timeout_seconds=timeout_seconds)
        self._known += [np.asarray(vector, dtype=np.float32) for vector in asked.vectors]
        vectors = (*asked.vectors, *map(self._beside, texts[len(first) :]))
        return Embedded(vectors=vectors, usage=TokenUsage(input_tokens=len(texts)))

    def _beside(self, text: str) -> Vector:
        seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
        noise = np.random.default_rng(seed)
        near = self._known[seed % len(self._known)]
        near = near + noise.normal(0, NOISE, len(near)).astype(np.float32)
        vector = array("f")
        vector.frombytes((near / np.linalg.norm(near)).astype(np.float32).tobytes())
        return vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What is in the folder now, and what that took. Units: seconds."""

    cards: int
    recording: float
    indexing: float


class Filling:
    """A data folder that is filled more and more; while it is not served."""

    def __init__(self, folder: Path) -> None:
        self._settings = Settings.of(SETTINGS | {"QUANTRAIL_DATA_DIR": str(folder)})
        self._embedder = NoisyEmbedder()
        self._real = list(_real_runs())
        self._counts: dict[str, int] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def fill(self, *, mine: int, others: int = 0) -> Filled:
        """So many cards of the user who is asked for, and of others so many in all."""
        wanted = {f"user-{number}": OTHERS_EACH for number in range(others // OTHERS_EACH)} | {USER: mine}
        with owning(self._settings.data_dir, "bench"):
            return asyncio.run(self._filled(wanted))

    async def _filled(self, wanted: dict[str, int]) -> Filled:
        container = build_container(self._settings)
        container.model_providers().embedding["memory"] = self._embedder
        recording = indexing = 0.0
        async with running(container):
            for number, (user, count) in enumerate(wanted.items()):
                for start in range(self._counts.get(user, 0), count, AT_ONCE):
                    began = time.perf_counter()
                    await self._record(container, user, range(start, min(start + AT_ONCE, count)))
                    recorded = time.perf_counter()
                    while (await container.index_backtests()()).taken:
                        pass
                    recording += recorded - began
                    indexing += time.perf_counter() - recorded
                self._counts[user] = max(count, self._counts.get(user, 0))
                if number % 10 == 0:
                    print(f"  {sum(self._counts.values()):,} cards …", file=sys.stderr, flush=True)
        return Filled(cards=sum(self._counts.values()), recording=recording, indexing=indexing)

    async def _record(self, container: Container, user: str, numbers: range) -> None:
        runs = [another(self._real[number % len(self._real)], number) for number in numbers]
        await container.record_backtests()(runs, scope=UserScope(user_id=user))


def another(run: Backtest, number: int) -> Backtest:
    """The run under another name, with figures of its own."""
    chance = random.Random(number)  # the same figures in every run
    metrics = Metrics(
        total_return=round(chance.gauss(0.2, 0.5), 4),
        sharpe_ratio=round(chance.gauss(0.4, 0.6), 3),
        max_drawdown=round(chance.uniform(0.02, 0.7), 4),
        win_rate=round(chance.uniform(0.2, 0.8), 4),
        trade_count=chance.randint(5, 200),
    )
    name = f"{run.strategy.name} {number}"
    return replace(
        run, backtest_id=f"bt-{number}", strategy=replace(run.strategy, name=name), metrics=metrics, final_equity=None
    )


def _real_runs() -> Iterator[Backtest]:
    for line in RUNS.read_text(encoding="utf-8").splitlines():
        yield msgspec.convert(json.loads(line)["backtest"], BacktestBody).read()
