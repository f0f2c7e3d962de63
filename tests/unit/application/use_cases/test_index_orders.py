from dataclasses import replace

import pytest

from domain.audit import AuditAction
from domain.errors import NotFound, Refused, StoreUnavailable
from domain.index_errors import IndexBusy
from domain.index_status import ArchiveCounts, BuildStatus, Drift
from domain.space import BuildProgress, BuildReason
from tests.builders import a_caller, a_card
from tests.unit.application.indexes import JUN, LARGE, MINA, SMALL, Process, World, a_process

ADMIN = a_caller(user_id="운영자")
RUNS = ("bt-1", "bt-2", "bt-3", "bt-4")


async def an_indexed(world: World) -> Process:
    await world.record(*RUNS)
    process = await a_process(world)
    await process.until_indexed()
    return process


async def acts(world: World) -> list[tuple[AuditAction, str]]:
    return [(act.action, act.subject) for act in (await world.trail.page(limit=9)).items]


async def test_a_build_is_begun_once_and_noted_with_who_asked_for_it() -> None:
    world = World()
    process = await an_indexed(world)
    build = await process.rebuild(caller=ADMIN)
    assert (build.reason, build.space.name) == (BuildReason.REBUILD, f"{SMALL}#2")
    again = await process.rebuild(caller=ADMIN)
    assert again == build
    assert await acts(world) == [(AuditAction.INDEX_BUILD_STARTED, f"{SMALL}#2")]


async def test_something_else_has_to_wait_until_it_has_ended_or_was_stopped() -> None:
    world = World()
    process = await an_indexed(world)
    await process.rebuild(caller=ADMIN)
    with pytest.raises(IndexBusy, match=f"{SMALL}#2"):
        await process.migrate("qdrant", url=None, caller=ADMIN)
    stopped = await process.stop(caller=ADMIN)
    assert stopped.space.name == f"{SMALL}#2"
    build = await process.migrate("qdrant", url=None, caller=ADMIN)
    assert build.space.name == f"{SMALL}#3"
    with pytest.raises(IndexBusy):
        await process.migrate("pgvector", url=None, caller=ADMIN)


async def test_where_nothing_is_built_nothing_can_be_stopped() -> None:
    process = await a_process(World())
    with pytest.raises(NotFound):
        await process.stop(caller=ADMIN)


async def test_the_index_is_not_moved_to_where_it_is_nor_to_what_is_no_store() -> None:
    process = await a_process(World())
    with pytest.raises(Refused, match="already"):
        await process.migrate("chroma", url=None, caller=ADMIN)
    with pytest.raises(Refused):
        await process.migrate("papyrus", url=None, caller=ADMIN)
    process.world.disks.down.add("qdrant")
    with pytest.raises(StoreUnavailable):
        await process.migrate("qdrant", url=None, caller=ADMIN)
    assert (await process.state()).building is None


async def test_a_store_is_opened_once_however_often_it_is_asked_for() -> None:
    world = World()
    process = await an_indexed(world)
    before = world.disks.opened
    for _ in range(3):
        await process.migrate("qdrant", url=None, caller=ADMIN)
        await process.stop(caller=ADMIN)
    assert world.disks.opened == before + 1


async def test_status_tells_what_is_built_and_how_far_and_what_is_left() -> None:
    world = World()
    first = await an_indexed(world)
    await first.rebuild(caller=ADMIN)
    await first.until_built()
    process = await a_process(world, LARGE)
    await world.spaces.mark(await world.spaces.missing(limit=3))
    status = await process.show(drift=True)
    assert status.serving is not None
    assert (status.serving.space.name, status.serving.cards) == (f"{SMALL}#2", 4)
    build = (await process.state()).building
    assert build is not None
    assert status.building == BuildStatus(build=build, cards=0, progress=BuildProgress(built=3, total=4))
    assert [(left.space.name, left.cards) for left in status.retired] == [(SMALL, 4)]
    assert status.archive == ArchiveCounts(backtests=4, indexed=4, users=1)
    assert (status.size_bytes, status.named_by_settings) == (4_096, True)
    assert status.drift == Drift(checked=4)


async def test_status_of_a_store_that_is_down_leaves_out_what_it_would_say() -> None:
    world = World()
    process = await an_indexed(world)
    await process.vectors.close()
    status = await process.show(drift=True)
    assert status.serving is not None
    assert (status.serving.cards, status.drift, status.size_bytes) == (None, None, None)
    assert status.archive.indexed == 4


async def test_drift_is_what_is_missing_and_what_is_surplus_of_every_user() -> None:
    world = World()
    await world.record("bt-1", scope=JUN)
    process = await an_indexed(world)
    missing, altered, *_ = sorted(await process.vectors.card_ids(scope=MINA, space=SMALL))
    await process.vectors.delete([missing], scope=MINA, space=SMALL)
    wrong = a_card(altered, [1.0] + [0.0] * 255)
    await process.vectors.upsert([wrong, a_card("?", [1.0] * 256)], scope=MINA, space=SMALL)
    await process.vectors.upsert([a_card("?", [1.0] * 256)], scope=replace(JUN, user_id="아무도"), space=SMALL)
    found = await process.verify(sample=9, repair=False, caller=ADMIN)
    assert found.drift == Drift(checked=6, sampled=4, missing=1, surplus=1, altered=1, strangers=1)
    [user] = found.users
    assert (user.missing, user.surplus, user.altered) == (frozenset({missing}), frozenset({"?"}), frozenset({altered}))
    assert await acts(world) == []


async def test_what_is_mended_is_indexed_again_or_removed_and_noted() -> None:
    world = World()
    process = await an_indexed(world)
    missing, *_ = sorted(await process.vectors.card_ids(scope=MINA, space=SMALL))
    await process.vectors.delete([missing], scope=MINA, space=SMALL)
    await process.vectors.upsert([a_card("?", [1.0] * 256)], scope=MINA, space=SMALL)
    assert (await process.verify(sample=9, repair=True, caller=ADMIN)).repaired
    await process.until_indexed()
    again = await process.verify(sample=9, repair=True, caller=ADMIN)
    assert (again.drift.is_none, again.repaired) == (True, False)
    assert await acts(world) == [(AuditAction.INDEX_REPAIRED, SMALL)]


async def test_what_waits_for_the_queue_is_no_drift() -> None:
    world = World()
    process = await an_indexed(world)
    await world.record("bt-5")
    await world.archive.delete("bt-1", scope=MINA)
    assert (await process.verify(sample=9, repair=False, caller=ADMIN)).drift.is_none


async def test_vectors_that_were_paid_for_by_nobody_are_not_compared() -> None:
    world = World()
    process = await an_indexed(world)
    survey = replace(process.survey, cache=type(world.cache)())
    [user] = [user async for user in survey.users(process.spaces.serving, sample=9)]
    assert (user.checked, user.sampled, user.drift.is_none) == (4, 0, True)
