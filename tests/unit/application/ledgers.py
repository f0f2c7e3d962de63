"""Ledgers that behave as a database under load, or one that is away, does."""

import asyncio
from collections import deque
from collections.abc import Sequence

from adapters.memory.usage_ledger import InMemoryUsageLedger
from domain.budget import Hold
from domain.errors import StoreUnavailable
from domain.usage import Settlement, UsageEntry

AWAY = StoreUnavailable("database", "connection refused")


class TroubledLedger(InMemoryUsageLedger):
    """Fails where it is told to, call by call, then works; everything waits at its gate while that is shut.

    `written` says that a failing `open` wrote its row all the same, as where the answer to a commit is lost.
    """

    def __init__(self, *, opening: Sequence[bool] = (), settling: Sequence[bool] = (), written: bool = False) -> None:
        super().__init__()
        self.opening, self.settling, self.written = deque(opening), deque(settling), written
        self.gate = asyncio.Event()
        self.gate.set()
        self.waiting = 0
        self.settles = 0

    async def open(self, entry: UsageEntry, *, holds: Sequence[Hold] = ()) -> None:
        fails = self.opening.popleft() if self.opening else False
        if not fails or self.written:
            await super().open(entry, holds=holds)
        await self._let_through()
        if fails:
            raise AWAY

    async def settle(self, entry_id: str, settlement: Settlement) -> bool:
        self.settles += 1
        fails = self.settling.popleft() if self.settling else False
        await self._let_through()
        if fails:
            raise AWAY
        return await super().settle(entry_id, settlement)

    async def _let_through(self) -> None:
        self.waiting += 1
        await self.gate.wait()
        self.waiting -= 1
