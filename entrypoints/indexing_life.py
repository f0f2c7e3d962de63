"""Indexing as it goes on by itself: several batches under way, so that the embedding model need not wait."""

import asyncio
import secrets
from asyncio import sleep
from collections.abc import Sequence

from application.ports.backtest_archive import IndexTask
from application.ports.signal import Signal
from application.use_cases.index_backtests import IndexBacktests
from entrypoints.tracing import tracing

LANES = 3
"""One batch is embedded, one stands ready behind it, one is written; a model elsewhere has so many requests at once."""
IDLE_SECONDS = 0.5
GATHERING_SECONDS = 0.05
"""What comes one by one is indexed several at a time: a round costs the same for one as for a few dozen."""


class Lanes:
    """Batches under way. After a failure that is everybody's one at a time, until one succeeds."""

    def __init__(self, index: IndexBacktests) -> None:
        self._index = index
        self._most = LANES
        self._wait_seconds = 0.0
        self._under_way: dict[asyncio.Task[float], frozenset[str]] = {}

    async def begin(self, tasks: Sequence[IndexTask]) -> None:
        """The batch is under way; before that there was room for it, and nobody else had any of its cards in hand."""
        cards = frozenset(task.card_id for task in tasks)
        while len(self._under_way) >= self._most or any(cards & held for held in self._under_way.values()):
            await self._until_one_ended()
        self._under_way[asyncio.create_task(self._indexed(tasks))] = cards

    async def trouble(self) -> float:
        """How long to leave alone what is down; while something is, nothing is under way. Units: seconds."""
        for task in [task for task in self._under_way if task.done()]:
            self._look_at(task)
        while (self._wait_seconds or self._most == 1) and self._under_way:
            await self._until_one_ended()
        wait, self._wait_seconds = self._wait_seconds, 0.0
        return wait

    async def end(self) -> None:
        """Nothing is under way; what was comes back after its lease."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self._under_way.clear()

    async def _indexed(self, tasks: Sequence[IndexTask]) -> float:
        with tracing(f"indexing-{secrets.token_hex(8)}"):
            return await self._index.index(tasks)

    async def _until_one_ended(self) -> None:
        done, _ = await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            self._look_at(task)

    def _look_at(self, ended: asyncio.Task[float]) -> None:
        del self._under_way[ended]
        wait = ended.result()
        self._most = 1 if wait else LANES
        self._wait_seconds = max(self._wait_seconds, wait)


async def keep_indexing(index: IndexBacktests, work: Signal) -> None:
    """Indexes whatever is queued, for ever; waits where there is nothing."""
    lanes = Lanes(index)
    try:
        while True:
            if wait := await lanes.trouble():
                await sleep(wait)
            batches = await index.take()
            for batch in batches:
                await lanes.begin(batch)
            if not batches:
                await work.wait(timeout_seconds=IDLE_SECONDS)
            elif sum(map(len, batches)) < index.most_taken:
                await sleep(GATHERING_SECONDS)
    finally:
        await lanes.end()
