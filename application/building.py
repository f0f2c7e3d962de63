"""The one way to begin a build that somebody asks for."""

from dataclasses import dataclass

from application.metering import MeteredEmbedder
from application.ports.index_building import IndexBuilding
from application.ports.index_spaces import IndexSpaces
from application.ports.system import Clock, Ids
from application.ports.vector_stores import OpenedStore
from domain.audit import AuditAction, AuditEntry
from domain.generation import Caller
from domain.index_errors import IndexBusy
from domain.space import Build, BuildReason, StoredSpace


@dataclass(frozen=True, slots=True, kw_only=True)
class Builds:
    """Begins builds, one at a time, audited."""

    store: IndexSpaces
    building: IndexBuilding
    embedder: MeteredEmbedder
    clock: Clock
    ids: Ids

    async def begin(self, reason: BuildReason, into: OpenedStore, *, caller: Caller) -> Build:
        """The build that goes on from now: the one that is under way already, where it is the same.

        Raises: IndexBusy, StoreUnavailable, ModelUnavailable.
        """
        state = await self.store.state()
        under_way = state.building
        if under_way is not None:
            if (under_way.reason, under_way.space.store) == (reason, into.identity):
                return under_way
            raise IndexBusy(under_way)
        model = self.embedder.model()
        space = StoredSpace(
            space=state.next_space(model.model_id),
            store=into.identity,
            dimensions=model.dimensions,
            kind=into.kind,
            url=into.url,
        )
        await into.store.drop(space=space.name)
        build = Build(space=space, reason=reason)
        await self.building.begin(build, at=self.clock.now(), act=self._act(build, caller))
        return build

    def _act(self, build: Build, caller: Caller) -> AuditEntry:
        return AuditEntry.of(
            caller,
            AuditAction.INDEX_BUILD_STARTED,
            build.space.name,
            entry_id=self.ids.new(),
            at=self.clock.now(),
            facts={"reason": build.reason.value, "store": build.space.kind, "url": build.space.url},
        )
