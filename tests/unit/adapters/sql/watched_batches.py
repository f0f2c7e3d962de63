"""Batches of the ledger under the eyes of a test: it sees them, holds them up, and lets the database fail."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.sql.ledger_batch import Operation, Outcome
from adapters.sql.ledger_writer import Batches
from domain.errors import StoreUnavailable


@dataclass(slots=True)
class WatchedBatches:
    """Passes batches on. While `going` is not set the next one waits; `failures` of them fail before they begin."""

    batches: Batches
    going: asyncio.Event = field(default_factory=asyncio.Event)
    began: asyncio.Event = field(default_factory=asyncio.Event)
    sizes: list[int] = field(default_factory=list)
    failures: int = 0

    async def run(self, operations: Sequence[Operation]) -> list[Outcome]:
        self.sizes.append(len(operations))
        self.began.set()
        await self.going.wait()
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable("database", "the disk is gone")
        return await self.batches.run(operations)
