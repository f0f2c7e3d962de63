"""What every store of the index's spaces promises."""

from dataclasses import replace

from application.ports.backtest_archive import BacktestArchive, IndexQueue
from application.ports.index_spaces import IndexSpaces
from application.ports.revisions import Revisions
from domain.backtest import IndexingState
from domain.revision import Watched
from domain.space import IndexState, Space, StoredSpace
from tests.builders import MOMENT, later
from tests.contracts.index_queue_contract import named, record, state, take

SMALL = StoredSpace(space=Space(model_id="e5-small"), store="chroma-1", dimensions=384, kind="chroma")
LARGE = StoredSpace(
    space=Space(model_id="text-embedding-3-large", generation=2),
    store="qdrant-2",
    dimensions=3_072,
    kind="qdrant",
    url="http://벡터.example:6333",
)


class IndexSpacesContract:
    """A subclass gives `spaces`, `archive`, `queue` and `revisions`, over one empty state."""

    async def test_at_first_no_space_answers(self, spaces: IndexSpaces) -> None:
        assert await spaces.state() == IndexState()

    async def test_a_space_that_was_adopted_answers_and_comes_back_whole(self, spaces: IndexSpaces) -> None:
        await spaces.adopt(LARGE, at=MOMENT)
        assert await spaces.state() == IndexState(serving=LARGE)

    async def test_another_takes_its_place_and_the_first_is_retired(self, spaces: IndexSpaces) -> None:
        await spaces.adopt(SMALL, at=MOMENT)
        await spaces.adopt(LARGE, at=later(1))
        assert await spaces.state() == IndexState(serving=LARGE, retired=(SMALL,))

    async def test_adopting_the_same_again_knows_the_latest_of_it(self, spaces: IndexSpaces) -> None:
        moved = replace(SMALL, store="chroma-9")
        await spaces.adopt(SMALL, at=MOMENT)
        await spaces.adopt(moved, at=later(1))
        assert await spaces.state() == IndexState(serving=moved)

    async def test_a_retired_space_can_be_forgotten_and_no_other(self, spaces: IndexSpaces) -> None:
        await spaces.adopt(SMALL, at=MOMENT)
        await spaces.adopt(LARGE, at=later(1))
        for space in (SMALL, LARGE):
            await spaces.forget(space)
        assert await spaces.state() == IndexState(serving=LARGE)

    async def test_every_change_is_counted(self, spaces: IndexSpaces, revisions: Revisions) -> None:
        await spaces.adopt(SMALL, at=MOMENT)
        before = (await revisions.current())[Watched.INDEX]
        await spaces.adopt(LARGE, at=MOMENT)
        assert (await revisions.current())[Watched.INDEX] > before > 0

    async def test_a_space_that_was_adopted_lacks_every_backtest_and_each_is_queued_once(
        self, spaces: IndexSpaces, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1", "bt-2")
        await queue.finish(await take(queue, limit=1))
        await spaces.adopt(SMALL, at=MOMENT)
        assert await state(archive, "bt-1") is IndexingState.PENDING
        assert sorted(map(str, named(await take(queue)))) == ["bt-1", "bt-2"]

    async def test_what_is_finished_after_that_counts_for_the_new_space(
        self, spaces: IndexSpaces, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1")
        await spaces.adopt(SMALL, at=MOMENT)
        await queue.finish(await take(queue))
        assert await state(archive, "bt-1") is IndexingState.INDEXED
        assert await queue.requeue() == 0

    async def test_a_task_taken_before_that_finishes_nothing(
        self, spaces: IndexSpaces, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1")
        stale = await take(queue)
        await spaces.adopt(SMALL, at=MOMENT)
        await queue.finish(stale)
        assert await state(archive, "bt-1") is IndexingState.PENDING
        assert named(await take(queue)) == ["bt-1"]

    async def test_a_failed_backtest_gets_another_chance_in_another_space(
        self, spaces: IndexSpaces, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1")
        await queue.postpone(await take(queue), until=later(600), error="503", failed=True)
        await spaces.adopt(SMALL, at=MOMENT)
        assert await state(archive, "bt-1") is IndexingState.PENDING
        assert named(await take(queue)) == ["bt-1"]
