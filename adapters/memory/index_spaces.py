"""Which space of the index answers, in memory."""

from dataclasses import replace
from datetime import datetime

from adapters.memory.backtest_archive import InMemoryBacktestArchive
from adapters.memory.revisions import InMemoryRevisions
from domain.revision import Watched
from domain.space import IndexState, StoredSpace


class InMemoryIndexSpaces:
    """The state as one value; each change is a transaction with the archive's queue, since nothing gives way."""

    def __init__(
        self, archive: InMemoryBacktestArchive, revisions: InMemoryRevisions, state: IndexState | None = None
    ) -> None:
        self._archive = archive
        self._revisions = revisions
        self._state = state or IndexState()

    async def state(self) -> IndexState:
        """All spaces that are known."""
        return self._state

    async def adopt(self, space: StoredSpace, *, at: datetime) -> None:  # noqa: ARG002  # nobody reads here since when
        """The space answers from now on, and every backtest is queued for it."""
        before = (self._state.serving, self._state.building, *self._state.retired)
        retired = {each.name: each for each in before if each is not None and each.name != space.name}
        self._state = IndexState(serving=space, retired=tuple(retired[name] for name in sorted(retired)))
        self._archive.queue_all()
        self._revisions.bump(Watched.INDEX)

    async def forget(self, space: StoredSpace) -> None:
        """The retired space is gone."""
        rest = tuple(each for each in self._state.retired if each.name != space.name)
        self._state = replace(self._state, retired=rest)
