"""Store what was said in settled calls."""

import asyncio
from dataclasses import dataclass, field

from application.bodies import BodyDesk
from application.doors import UserDoors
from application.ports.body_store import BodyStore
from domain.erasure import UserBeingErased
from domain.errors import StoreUnavailable

BATCH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """How many bodies were stored, and how many were lost: to a store that is down, or to too many at once."""

    stored: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreBodies:
    """Store the bodies that wait, a batch a call; what it came to.

    A batch that cannot be stored is lost, and counted: the calls are in the ledger all the same. One whose storing is
    cut off, as by the end of the process, is stored by the next call.
    """

    desk: BodyDesk
    store: BodyStore
    doors: UserDoors = field(default_factory=UserDoors)

    async def __call__(self) -> Stored:
        bodies = self.desk.take(BATCH)
        lost, self.desk.lost = self.desk.lost, 0
        try:
            with self.doors.inside({body.user_id for body in bodies}):
                await self.store.keep(bodies)
        except StoreUnavailable:
            return Stored(lost=lost + len(bodies))
        except (asyncio.CancelledError, UserBeingErased):
            self.desk.give_back(bodies)
            raise
        return Stored(stored=len(bodies), lost=lost)
