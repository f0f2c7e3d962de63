"""What everything promises that builds a space of the index beside the one that answers."""

import random
from dataclasses import dataclass
from datetime import datetime

import pytest

from application.ports.audit_trail import AuditTrail
from application.ports.backtest_archive import BacktestArchive, IndexQueue, IndexTask
from application.ports.index_building import BuildReport, IndexBuilding, IndexContents
from application.ports.index_spaces import IndexSpaces
from application.ports.revisions import Revisions
from domain.audit import AuditAction
from domain.backtest import IndexingState, card_id
from domain.revision import Watched
from domain.space import Build, BuildProgress, BuildReason, IndexState, Space, StoredSpace
from tests.builders import MOMENT, a_backtest, an_audit_entry, later
from tests.contracts.index_queue_contract import JUN, MINA, a_random_change, named, record, state, take
from tests.contracts.index_spaces_contract import LARGE, SMALL

BUILD = Build(space=LARGE, reason=BuildReason.MIGRATION)
THIRD = StoredSpace(space=Space(model_id="e5-small", generation=3), store="chroma-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """All that an index is held in."""

    spaces: IndexSpaces
    building: IndexBuilding
    contents: IndexContents
    report: BuildReport
    archive: BacktestArchive
    queue: IndexQueue
    trail: AuditTrail
    revisions: Revisions


async def indexed(archive: BacktestArchive, queue: IndexQueue, *ids: str) -> None:
    await record(archive, *ids)
    await queue.finish(await take(queue))


async def building_one(index: Index) -> None:
    await index.spaces.adopt(SMALL, at=MOMENT)
    await index.building.begin(BUILD, at=MOMENT)


async def missing(contents: IndexContents, *, limit: int = 100, besides: frozenset[str] = frozenset()) -> list[str]:
    return [card.backtest.backtest_id for card in await contents.missing(limit=limit, besides=besides)]


async def put_all(contents: IndexContents) -> None:
    await contents.mark(await contents.missing(limit=100))


class IndexBuildingContract:
    """A subclass gives all that an index is held in, over one empty state."""

    @pytest.fixture
    def index(  # noqa: PLR0917  # what one test asks for by one name
        self,
        spaces: IndexSpaces,
        building: IndexBuilding,
        contents: IndexContents,
        report: BuildReport,
        archive: BacktestArchive,
        queue: IndexQueue,
        trail: AuditTrail,
        revisions: Revisions,
    ) -> Index:
        return Index(
            spaces=spaces,
            building=building,
            contents=contents,
            report=report,
            archive=archive,
            queue=queue,
            trail=trail,
            revisions=revisions,
        )

    async def test_what_is_begun_comes_back_whole_and_what_answers_stays(self, index: Index) -> None:
        await index.spaces.adopt(SMALL, at=MOMENT)
        before = (await index.revisions.current())[Watched.INDEX]
        await index.building.begin(BUILD, at=later(1))
        found = await index.spaces.state()
        assert found == IndexState(serving=SMALL, building=BUILD)
        assert found.building is not None
        assert found.building.space.since == later(1)
        assert (await index.revisions.current())[Watched.INDEX] > before

    async def test_another_build_takes_its_place(self, index: Index) -> None:
        await building_one(index)
        await indexed(index.archive, index.queue, "bt-1")
        await put_all(index.contents)
        other = Build(space=THIRD, reason=BuildReason.REBUILD)
        await index.building.begin(other, at=later(1))
        assert await index.spaces.state() == IndexState(serving=SMALL, building=other, retired=(LARGE,))
        assert await missing(index.contents) == ["bt-1"]

    async def test_acts_are_noted_with_what_they_do(self, index: Index) -> None:
        begun = an_audit_entry(entry_id="act-1", action=AuditAction.INDEX_BUILD_STARTED, subject=LARGE.name)
        left = an_audit_entry(entry_id="act-2", action=AuditAction.INDEX_BUILD_STOPPED, subject=LARGE.name)
        await index.building.begin(BUILD, at=MOMENT, act=begun)
        await index.building.abandon(at=MOMENT, act=left)
        assert (await index.trail.page(limit=5)).items == (left, begun)

    async def test_one_builder_at_a_time_may_go_on(self, index: Index) -> None:
        async def claims(builder: str, at: datetime) -> bool:
            return await index.building.claim(builder, at=at, lease_seconds=60)

        assert not await claims("a", MOMENT)
        await building_one(index)
        assert await claims("a", MOMENT)
        assert [await claims("b", later(59)), await claims("a", later(59))] == [False, True]
        assert [await claims("b", later(118)), await claims("b", later(120))] == [False, True]
        assert not await claims("a", later(121))

    async def test_what_went_wrong_last_is_told_until_it_no_longer_does(self, index: Index) -> None:
        await building_one(index)
        told = []
        for error in ("예산 초과\0", None):
            await index.building.claim("a", at=MOMENT, lease_seconds=60, error=error)
            found = (await index.spaces.state()).building
            told.append(found and found.error)
        assert [str(told[0]).rstrip("\0 "), told[1]] == ["예산 초과", None]

    async def test_a_space_that_is_left_is_retired_and_nothing_is_built(self, index: Index) -> None:
        await building_one(index)
        await index.building.abandon(at=later(1))
        await index.building.abandon(at=later(2))
        assert await index.spaces.state() == IndexState(serving=SMALL, retired=(LARGE,))
        assert await index.report.progress() == BuildProgress()

    async def test_it_lacks_what_is_indexed_and_not_what_waits_for_the_queue(self, index: Index) -> None:
        await building_one(index)
        await indexed(index.archive, index.queue, "bt-1", "bt-2")
        await record(index.archive, "bt-3")
        found = await index.contents.missing(limit=100)
        assert [card.backtest for card in found] == [a_backtest(backtest_id=name) for name in ("bt-1", "bt-2")]
        assert [card.card_id for card in found] == [card_id(MINA, "backtest", name) for name in ("bt-1", "bt-2")]
        assert {card.scope for card in found} == {MINA}
        await index.queue.finish(await take(index.queue))
        assert await missing(index.contents, limit=2) == ["bt-1", "bt-2"]
        assert await missing(index.contents) == ["bt-1", "bt-2", "bt-3"]

    async def test_it_lacks_things_user_by_user_and_some_users_can_be_left_out(self, index: Index) -> None:
        await building_one(index)
        for backtest_id, scope in (("bt-1", JUN), ("bt-2", MINA), ("bt-3", JUN)):
            await index.archive.record([a_backtest(backtest_id=backtest_id)], scope=scope, at=MOMENT)
        await index.queue.finish(await take(index.queue))
        assert await missing(index.contents) == ["bt-2", "bt-1", "bt-3"]
        assert await missing(index.contents, besides=frozenset({JUN.user_id, "아무도"})) == ["bt-2"]

    async def test_what_was_put_is_not_lacking_until_it_is_recorded_anew(self, index: Index) -> None:
        await building_one(index)
        await indexed(index.archive, index.queue, "bt-1", "bt-2")
        await put_all(index.contents)
        await index.contents.mark([])
        assert await missing(index.contents) == []
        await index.archive.delete("bt-1", scope=MINA)
        await indexed(index.archive, index.queue, "bt-1")
        assert await missing(index.contents) == ["bt-1"]

    async def test_what_was_put_and_is_gone_is_surplus_once_the_queue_is_done_with_it(self, index: Index) -> None:
        await building_one(index)
        await indexed(index.archive, index.queue, "bt-1", "bt-2")
        await put_all(index.contents)
        await index.archive.delete("bt-1", scope=MINA)
        assert await index.contents.surplus(limit=9) == []
        await index.queue.finish(await take(index.queue))
        [gone] = await index.contents.surplus(limit=9)
        assert (gone.card_id, gone.scope) == (card_id(MINA, "backtest", "bt-1"), MINA)
        await index.contents.unmark([gone])
        assert await index.contents.surplus(limit=9) == []

    async def test_progress_counts_what_is_in_what_cannot_be_and_all(self, index: Index) -> None:
        await building_one(index)
        await indexed(index.archive, index.queue, "bt-1", "bt-2", "bt-3")
        first, second, _ = await index.contents.missing(limit=9)
        await index.contents.mark([first])
        await index.contents.mark([second], error="NUL in a name")
        assert await index.report.progress() == BuildProgress(built=1, failed=1, total=3)
        assert await missing(index.contents) == ["bt-3"]

    async def test_a_space_that_lacks_nothing_answers_and_the_one_before_is_retired(self, index: Index) -> None:
        await building_one(index)
        await indexed(index.archive, index.queue, "bt-1")
        assert not await index.building.switch(LARGE, at=later(1))
        await put_all(index.contents)
        before = (await index.revisions.current())[Watched.INDEX]
        assert await index.building.switch(LARGE, at=later(2))
        found = await index.spaces.state()
        assert found == IndexState(serving=LARGE, retired=(SMALL,))
        assert [space.since for space in (*found.retired, LARGE) if space is not LARGE] == [later(2)]
        assert (await index.revisions.current())[Watched.INDEX] > before
        assert await index.report.progress() == BuildProgress(total=1)
        assert await state(index.archive, "bt-1") is IndexingState.INDEXED
        assert await take(index.queue, at=later(3_600)) == []

    async def test_only_what_is_being_built_can_answer(self, index: Index) -> None:
        await index.spaces.adopt(SMALL, at=MOMENT)
        assert not await index.building.switch(LARGE, at=MOMENT)
        await index.building.begin(BUILD, at=MOMENT)
        assert not await index.building.switch(THIRD, at=MOMENT)
        assert await index.spaces.state() == IndexState(serving=SMALL, building=BUILD)

    async def test_a_space_that_holds_what_is_gone_does_not_answer(self, index: Index) -> None:
        await building_one(index)
        await indexed(index.archive, index.queue, "bt-1")
        await put_all(index.contents)
        await index.archive.delete("bt-1", scope=MINA)
        await index.queue.finish(await take(index.queue))
        assert not await index.building.switch(LARGE, at=later(1))
        await index.contents.unmark(await index.contents.surplus(limit=9))
        assert await index.building.switch(LARGE, at=later(1))

    async def test_what_is_in_hand_at_the_switch_comes_to_nothing_and_is_done_again(self, index: Index) -> None:
        await building_one(index)
        await indexed(index.archive, index.queue, "bt-1")
        await put_all(index.contents)
        await index.archive.delete("bt-1", scope=MINA)
        await record(index.archive, "bt-2")
        in_hand = await take(index.queue)
        assert named(in_hand) == [None, "bt-2"]
        assert await index.building.switch(LARGE, at=later(1))
        await index.queue.finish(in_hand)
        assert await state(index.archive, "bt-2") is IndexingState.PENDING
        assert named(await take(index.queue, at=later(1))) == [None, "bt-2"]

    async def test_what_could_not_be_put_is_queued_for_the_space_once_it_answers(self, index: Index) -> None:
        await building_one(index)
        await indexed(index.archive, index.queue, "bt-1", "bt-2")
        first, second = await index.contents.missing(limit=9)
        await index.contents.mark([first], error="refused")
        await index.contents.mark([second])
        assert await index.building.switch(LARGE, at=later(1))
        assert await state(index.archive, "bt-1") is IndexingState.PENDING
        assert named(await take(index.queue, at=later(1))) == ["bt-1"]

    @pytest.mark.parametrize("seed", range(15))
    async def test_whatever_happens_meanwhile_the_space_that_answers_holds_what_the_archive_holds(
        self, index: Index, seed: int
    ) -> None:
        chance = random.Random(seed)  # noqa: S311  # the order of events, not a secret
        held: dict[str, dict[str, str]] = {SMALL.name: {}, LARGE.name: {}}
        await building_one(index)
        for minute in range(60):
            await a_random_change(index.archive, chance)
            await _some_indexing(index.spaces, index.queue, held, chance, at=later(60 * minute))
            await _some_building(index.contents, held[LARGE.name], chance)
            if minute > 20 and chance.random() < 0.3:
                await index.building.switch(LARGE, at=later(60 * minute))
        while not await index.building.switch(LARGE, at=later(50_000)):
            if (await index.spaces.state()).building is None:
                break
            await _some_building(index.contents, held[LARGE.name], random.Random("works"))  # noqa: S311  # the same
        while tasks := await take(index.queue, at=later(100_000)):
            _apply(held[LARGE.name], tasks)
            await index.queue.finish(tasks)
        stored = (await index.archive.page(scope=MINA, limit=100)).items
        assert held[LARGE.name] == {each.card_id: each.backtest.fingerprint() for each in stored}
        assert {each.indexing for each in stored} <= {IndexingState.INDEXED}


async def _some_indexing(
    spaces: IndexSpaces, queue: IndexQueue, held: dict[str, dict[str, str]], chance: random.Random, *, at: datetime
) -> None:
    """A worker that looks, after it took, for the space that answers; it may die before it is done."""
    tasks = await take(queue, at=at, limit=chance.randrange(1, 4))
    serving = (await spaces.state()).serving
    assert serving is not None
    _apply(held[serving.name], tasks)
    if chance.random() < 0.8:
        await queue.finish(tasks)


async def _some_building(contents: IndexContents, held: dict[str, str], chance: random.Random) -> None:
    """A builder that may die between putting and writing down that it did."""
    gone = await contents.surplus(limit=3)
    for card in gone:
        held.pop(card.card_id, None)
    if chance.random() < 0.8:
        await contents.unmark(gone)
    lacking = await contents.missing(limit=3)
    held |= {card.card_id: card.backtest.fingerprint() for card in lacking}
    if chance.random() < 0.8:
        await contents.mark(lacking)


def _apply(held: dict[str, str], tasks: list[IndexTask]) -> None:
    for task in tasks:
        if task.backtest is None:
            held.pop(task.card_id, None)
        else:
            held[task.card_id] = task.backtest.fingerprint()
