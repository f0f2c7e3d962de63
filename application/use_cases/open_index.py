"""Let the index answer at the start of a process."""

from dataclasses import dataclass
from enum import StrEnum

from application.metering import MeteredEmbedder
from application.ports.backtest_archive import IndexQueue
from application.ports.index_building import IndexBuilding
from application.ports.index_spaces import IndexSpaces
from application.ports.system import Clock
from application.ports.vector_stores import OpenedStore
from application.spaces import Spaces
from domain.catalogue import ModelConfig
from domain.errors import DomainError
from domain.space import Build, BuildReason, IndexState, StoredSpace


class Opening(StrEnum):
    """What a start found."""

    UNCHANGED = "unchanged"
    FIRST = "first"
    OTHER_STORE = "other_store"
    OTHER_MODEL = "other_model"
    MODEL_GONE = "model_gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedIndex:
    """What was found, the space that answered before, if any, and the spaces now."""

    opening: Opening
    before: StoredSpace | None
    state: IndexState


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIndex:
    """A space in the store that the settings name answers, and what it lacks is queued.

    Where the settings name another embedding model than the one of the space, that space goes on to answer as long as
    its model can be asked, and one of the new model is built beside it. Where its model is gone, or the store is
    another one, nothing can be asked of it: a new space answers with what it has, until it has all.

    Raises: StoreUnavailable; ModelUnavailable, where no embedding model is configured.
    """

    store: IndexSpaces
    building: IndexBuilding
    spaces: Spaces
    queue: IndexQueue
    embedder: MeteredEmbedder
    clock: Clock

    async def __call__(self, own: OpenedStore) -> OpenedIndex:
        model = self.embedder.model()
        state = await self.store.state()
        opening = self._found(state, own, model)
        if opening in (Opening.FIRST, Opening.OTHER_STORE, Opening.MODEL_GONE):
            await self._adopt(_next(state, own, model), own)
        else:
            await self._settle(state, own, model, opening)
        await self.queue.requeue()
        await self.spaces.look()
        return OpenedIndex(opening=opening, before=state.serving, state=self.spaces.held)

    def _found(self, state: IndexState, own: OpenedStore, model: ModelConfig) -> Opening:
        serving = state.serving
        if serving is None:
            return Opening.FIRST
        if serving.store != own.identity:
            return Opening.OTHER_STORE
        if _is_of(serving, model):
            return Opening.UNCHANGED
        try:
            self.embedder.model(serving)
        except DomainError:
            return Opening.MODEL_GONE
        return Opening.OTHER_MODEL

    async def _adopt(self, space: StoredSpace, own: OpenedStore) -> None:
        # Whatever another database left there under this name is none of ours.
        await own.store.drop(space=space.name)
        await self.store.adopt(space, at=self.clock.now())

    async def _settle(self, state: IndexState, own: OpenedStore, model: ModelConfig, opening: Opening) -> None:
        """What was being built goes on where it is still wanted, and else something that is."""
        now, building = self.clock.now(), state.building
        wanted = building is not None and _is_of(building.space, model) and building.space.kind != "memory"
        if opening is Opening.OTHER_MODEL and not (wanted and building and building.space.store == own.identity):
            space = _next(state, own, model)
            await own.store.drop(space=space.name)
            await self.building.begin(Build(space=space, reason=BuildReason.MODEL), at=now)
        elif opening is Opening.UNCHANGED and building is not None and not wanted:
            await self.building.abandon(at=now)


def _next(state: IndexState, own: OpenedStore, model: ModelConfig) -> StoredSpace:
    return StoredSpace(
        space=state.next_space(model.model_id),
        store=own.identity,
        dimensions=model.dimensions,
        kind=own.kind,
        url=own.url,
    )


def _is_of(space: StoredSpace, model: ModelConfig) -> bool:
    return space.model_id == model.model_id and space.dimensions in (None, model.dimensions)
