"""Move the index into another store."""

from dataclasses import dataclass

from application.building import Builds
from application.opening import StoreRoom
from domain.errors import Refused, Violation
from domain.generation import Caller
from domain.space import Build, BuildReason


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrateIndex:
    """The index is built in that store, with the vectors that were paid for; the other answers until it has all.

    Raises: Refused for a store that is none, or that serves already; IndexBusy, StoreUnavailable.
    """

    builds: Builds
    room: StoreRoom

    async def __call__(self, kind: str, *, url: str | None, caller: Caller) -> Build:
        serving = await self.room.vectors.spaces.look()
        into = await self.room.open(kind, url)
        if into.identity == serving.store:
            raise Refused(Violation(field="store", message=f"the index is in {kind} already"))
        return await self.builds.begin(BuildReason.MIGRATION, into, caller=caller)
