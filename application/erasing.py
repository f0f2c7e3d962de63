"""The steps by which a user is erased, the same for whoever orders it and for a process that finds one unfinished."""

import asyncio
from dataclasses import dataclass, field

from application.bodies import BodyDesk
from application.doors import UserDoors
from application.ports.rate_limiter import RateForgetter
from application.ports.system import Clock, Ids
from application.ports.user_eraser import UserEraser
from application.ports.vector_store import VectorStoreUpkeep
from application.watching import Watch
from domain.audit import AuditAction, AuditEntry
from domain.erasure import Erased, ErasureOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class UserErasing:
    """Erases one user at a time in this process.

    `hearing_seconds` is how long other processes over the same stores may take to hear that a user is being erased:
    0 where there are none. Calls of the user that nobody may settle any more are settled under the pseudonym, by the
    sweep over overdue rows.
    """

    eraser: UserEraser
    vectors: VectorStoreUpkeep
    limiter: RateForgetter
    desk: BodyDesk
    doors: UserDoors
    watch: Watch
    clock: Clock
    ids: Ids
    hearing_seconds: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self, order: ErasureOrder) -> Erased:
        """Nothing of the user is left anywhere. Raises: StoreUnavailable, and the order is kept to be run again."""
        user_id = order.scope.user_id
        async with self.turn, self.doors.closed(user_id):
            begun = await self.eraser.begin(order)
            await self.clock.sleep(self.hearing_seconds)
            self.desk.forget(user_id)
            erased = await self.eraser.erase(begun)
            # Keys and rules that this process remembers are forgotten at once; the others hear of it by themselves.
            await self.watch.look()
            await self.vectors.erase(scope=order.scope)
            await self.limiter.forget(user_id)
            # What was on its way into the ledger while the door was being closed is there by now.
            erased += await self.eraser.erase(begun)
            await self.eraser.finish(begun, act=self._act(begun, erased))
        return erased

    async def resume(self) -> int:
        """Every erasure that was cut off has ended; how many they were. Raises: StoreUnavailable."""
        unfinished = await self.eraser.unfinished()
        for order in unfinished:
            await self.run(order)
        return len(unfinished)

    def _act(self, order: ErasureOrder, erased: Erased) -> AuditEntry:
        return AuditEntry.of(
            order.caller,
            AuditAction.USER_ERASED,
            order.pseudonym,
            entry_id=self.ids.new(),
            at=self.clock.now(),
            facts=erased.facts,
        )
