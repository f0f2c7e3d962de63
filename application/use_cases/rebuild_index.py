"""Build the index anew, from the archive alone."""

from dataclasses import dataclass

from application.building import Builds
from application.opening import StoreRoom
from domain.generation import Caller
from domain.space import Build, BuildReason


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildIndex:
    """The next generation is built in the store that serves; the one before answers until it has all.

    Raises: IndexBusy, StoreUnavailable.
    """

    builds: Builds
    room: StoreRoom

    async def __call__(self, *, caller: Caller) -> Build:
        into = await self.room.reach(await self.room.vectors.spaces.look())
        return await self.builds.begin(BuildReason.REBUILD, into, caller=caller)
