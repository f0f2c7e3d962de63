"""Let go of what was said long ago."""

from dataclasses import dataclass
from datetime import timedelta

from application.ports.body_store import BodyStore
from application.ports.governance import GovernanceSource
from application.ports.system import Clock

BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneBodies:
    """Delete the oldest bodies past the days that the rules give them, a batch a call; how many they were.

    Also where the rules ask for no bodies any more: those that are there end in their turn. Raises: StoreUnavailable.
    """

    store: BodyStore
    governance: GovernanceSource
    clock: Clock

    async def __call__(self) -> int:
        days = self.governance.current().retention.bodies_days
        return await self.store.prune(before=self.clock.now() - timedelta(days=days), limit=BATCH)
