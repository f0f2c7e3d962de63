"""The product over the corpus: recorded and indexed as any user's runs are, with the real embedding model."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import msgspec

from application.memory import BacktestMemory
from application.use_cases.index_backtests import IndexBacktests
from benchmarks.retrieval.corpus import Run
from benchmarks.retrieval.remembering import PASSAGES, keep_vectors, read_vectors, remembering
from domain.backtest import Backtest
from domain.identity import UserScope
from entrypoints.cli.output import progress
from entrypoints.container import build_container
from entrypoints.http.backtest_body import BacktestBody
from entrypoints.life import running
from entrypoints.settings import Settings

ADMIN_KEY = "qt_an_admin_key_for_the_evaluation"
VECTORS = "vectors.npz"


def backtest_of(run: Run) -> Backtest:
    """The record as the API reads it."""
    return msgspec.convert(run.record, BacktestBody).read()


def owned(mine: Mapping[str, tuple[Run, ...]]) -> dict[str, dict[str, Backtest]]:
    """Every user's backtests, by user and id."""
    return {user: {run.backtest_id: backtest_of(run) for run in runs} for user, runs in mine.items()}


@asynccontextmanager
async def over(backtests: Mapping[str, Mapping[str, Backtest]], keep: Path | None) -> AsyncIterator[BacktestMemory]:
    """The memory of a service in a folder of its own that has all of them indexed, while the block runs.

    The vectors of the cards are taken from `keep` where they are there already, and kept there.
    """
    known = {} if keep is None else read_vectors(keep / VECTORS)
    with tempfile.TemporaryDirectory(prefix="quantrail-eval-") as folder:
        container = build_container(_settings(folder))
        async with running(container):
            for user, theirs in backtests.items():
                await container.record_backtests()(list(theirs.values()), scope=UserScope(user_id=user))
            memory = remembering(container.memory(), known=known, kinds=PASSAGES)
            with progress("indexing", sum(map(len, backtests.values()))) as bar:
                index = replace(container.index_backtests(), memory=memory)
                try:
                    await _indexed(index, lambda count: bar.advance(bar.task_ids[0], count))
                finally:
                    # Also where it is interrupted: what was embedded is then there the next time.
                    if keep is not None and known:
                        keep_vectors(known, keep / VECTORS)
            yield container.memory()


def _settings(folder: str) -> Settings:
    return Settings.of(
        {
            "QUANTRAIL_DATA_DIR": folder,
            "QUANTRAIL_LLM": "scripted",
            "QUANTRAIL_EMBEDDINGS": "local",
            "QUANTRAIL_ADMIN_KEY": ADMIN_KEY,
        }
    )


async def _indexed(index: IndexBacktests, advance: Callable[[int], None]) -> None:
    """Until nothing is left. What cannot be indexed now is tried again, as in the service."""
    while True:
        indexed = await index()
        advance(indexed.taken)
        if indexed.wait_seconds:
            await asyncio.sleep(indexed.wait_seconds)
        elif not indexed.taken:
            return
