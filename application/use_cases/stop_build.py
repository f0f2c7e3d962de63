"""Leave off building a space of the index."""

from dataclasses import dataclass

from application.ports.index_building import IndexBuilding
from application.ports.index_spaces import IndexSpaces
from application.ports.system import Clock, Ids
from domain.audit import AuditAction, AuditEntry
from domain.errors import NotFound
from domain.generation import Caller
from domain.space import Build


@dataclass(frozen=True, slots=True, kw_only=True)
class StopBuild:
    """What is being built is left and dropped, audited; what answers goes on to. What it was.

    Raises: NotFound where nothing is being built; StoreUnavailable.
    """

    store: IndexSpaces
    building: IndexBuilding
    clock: Clock
    ids: Ids

    async def __call__(self, *, caller: Caller) -> Build:
        build = (await self.store.state()).building
        if build is None:
            raise NotFound("index build", "build")
        act = AuditEntry.of(
            caller,
            AuditAction.INDEX_BUILD_STOPPED,
            build.space.name,
            entry_id=self.ids.new(),
            at=self.clock.now(),
            facts={"reason": build.reason.value},
        )
        await self.building.abandon(at=self.clock.now(), act=act)
        return build
