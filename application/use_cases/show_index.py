"""Say how the index stands."""

from dataclasses import dataclass

from application.ports.index_building import BuildReport
from application.ports.index_census import IndexCensus
from application.ports.vector_stores import StorePlaces
from application.spaces import Spaces
from application.surveying import Survey
from application.switching import SwitchingVectorStore
from domain.errors import StoreUnavailable
from domain.index_status import BuildStatus, Drift, IndexStatus, SpaceCount
from domain.space import IndexState, StoredSpace


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowIndex:
    """The spaces with their counts beside the archive's, what is being built and how far it is.

    With `drift`, every user's cards are compared. What a store that is down would say is left out. Raises:
    StoreUnavailable, where the database is.
    """

    spaces: Spaces
    report: BuildReport
    census: IndexCensus
    vectors: SwitchingVectorStore
    survey: Survey
    places: StorePlaces

    async def __call__(self, *, drift: bool) -> IndexStatus:
        serving = await self.spaces.look()
        state = self.spaces.held
        opened = self.vectors.find(serving.store)
        return IndexStatus(
            state=state,
            serving=await self._counted(serving),
            building=await self._built(state),
            retired=tuple([await self._counted(space) for space in state.retired]),
            archive=await self.census.counts(),
            size_bytes=None if opened is None else await self.places.size_bytes(opened.kind, opened.url),
            named_by_settings=self.places.names(serving),
            drift=await self._drift(serving) if drift else None,
        )

    async def _counted(self, space: StoredSpace) -> SpaceCount:
        try:
            cards: int | None = await self.vectors.total(space=space.name)
        except StoreUnavailable:
            cards = None
        return SpaceCount(space=space, cards=cards)

    async def _built(self, state: IndexState) -> BuildStatus | None:
        if state.building is None:
            return None
        counted = await self._counted(state.building.space)
        return BuildStatus(build=state.building, cards=counted.cards, progress=await self.report.progress())

    async def _drift(self, space: StoredSpace) -> Drift | None:
        found = Drift()
        try:
            async for user in self.survey.users(space, sample=0):
                found = found.plus(user.drift)
            return found.plus(Drift(strangers=await self.survey.strangers(space)))
        except StoreUnavailable:
            return None
