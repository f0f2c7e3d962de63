"""The product over the corpus: recorded and indexed as any user's runs are, with the real embedding model."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from benchmarks.retrieval.corpus import Run
from domain.backtest import Backtest
from domain.identity import UserScope
from entrypoints.cli.output import progress
from entrypoints.container import Container, build_container
from entrypoints.http.backtest_body import BacktestBody
from entrypoints.life import running
from entrypoints.settings import Settings

ADMIN_KEY = "qt_an_admin_key_for_the_evaluation"


def backtest_of(run: Run) -> Backtest:
    """The record as the API reads it."""
    return msgspec.convert(run.record, BacktestBody).read()


def owned(mine: Mapping[str, tuple[Run, ...]]) -> dict[str, dict[str, Backtest]]:
    """Every user's backtests, by user and id."""
    return {user: {run.backtest_id: backtest_of(run) for run in runs} for user, runs in mine.items()}


@asynccontextmanager
async def over(backtests: Mapping[str, Mapping[str, Backtest]], folder: Path) -> AsyncIterator[Container]:
    """The service with all of them indexed, while the block runs. What `folder` has already is not made again."""
    settings = Settings.of(
        {
            "QUANTRAIL_DATA_DIR": str(folder),
            "QUANTRAIL_LLM": "scripted",
            "QUANTRAIL_EMBEDDINGS": "local",
            "QUANTRAIL_ADMIN_KEY": ADMIN_KEY,
        }
    )
    container = build_container(settings)
    async with running(container):
        for user, theirs in backtests.items():
            await container.record_backtests()(list(theirs.values()), scope=UserScope(user_id=user))
        with progress("indexing", sum(map(len, backtests.values()))) as bar:
            await _indexed(container, lambda count: bar.advance(bar.task_ids[0], count))
        yield container


async def _indexed(container: Container, advance: Callable[[int], None]) -> None:
    """Until nothing is left. What cannot be indexed now is tried again, as in the service."""
    index = container.index_backtests()
    while True:
        indexed = await index()
        advance(indexed.taken)
        if indexed.wait_seconds:
            await asyncio.sleep(indexed.wait_seconds)
        elif not indexed.taken:
            return
