from dataclasses import replace

import pytest

from application.use_cases.open_index import Opening
from domain.errors import ModelUnavailable
from domain.space import BuildReason, Space
from tests.builders import a_caller, a_card
from tests.unit.application.indexes import DIMENSIONS, LARGE, MINA, SMALL, World, a_process

ADMIN = a_caller(user_id="운영자")
RUNS = ("bt-1", "bt-2", "bt-3", "bt-4", "bt-5", "bt-6", "bt-7")


async def test_the_first_start_lets_a_space_answer_that_has_what_is_recorded() -> None:
    world = World()
    await world.record(*RUNS)
    process = await a_process(world)
    assert process.found[0].opening is Opening.FIRST
    assert (process.spaces.serving.name, process.spaces.serving.store) == (SMALL, "chroma-1")
    assert process.spaces.serving.dimensions == 256
    await process.until_indexed()
    assert await process.held() == len(RUNS)


async def test_what_another_database_left_under_the_name_of_a_first_space_is_gone() -> None:
    world = World()
    store = (await world.disks.open("chroma", None)).store
    await store.upsert([a_card("of nobody")], scope=MINA, space=SMALL)
    process = await a_process(world)
    assert await process.vectors.card_ids(scope=MINA, space=SMALL) == frozenset()


async def test_the_same_settings_again_change_nothing() -> None:
    world = World()
    await world.record(*RUNS)
    await (await a_process(world)).until_indexed()
    again = await a_process(world)
    assert again.found[0].opening is Opening.UNCHANGED
    assert (await again.state()).building is None
    assert (await again.index()).taken == 0
    assert await again.held() == len(RUNS)


async def test_while_a_space_of_another_model_is_built_the_old_one_answers_and_is_asked_with_its_own_model() -> None:
    world = World()
    await world.record(*RUNS)
    first = await a_process(world)
    await first.until_indexed()
    before = await first.answers()
    other = await a_process(world, LARGE)
    found = other.found[0]
    assert (found.opening, other.spaces.serving.name) == (Opening.OTHER_MODEL, SMALL)
    building = (await other.state()).building
    assert building is not None
    assert (building.space.name, building.reason) == ("hashed-384#2", BuildReason.MODEL)
    assert await other.answers() == before
    assert (await world.archive.unindexed(scope=MINA)) == frozenset()


async def test_a_start_in_the_middle_of_a_build_goes_on_with_it() -> None:
    world = World()
    await world.record(*RUNS)
    await (await a_process(world)).until_indexed()
    building = (await (await a_process(world, LARGE)).state()).building
    assert (await (await a_process(world, LARGE)).state()).building == building


async def test_going_back_to_the_old_model_leaves_off_building_and_drops_what_was_built() -> None:
    world = World()
    await world.record(*RUNS)
    await (await a_process(world)).until_indexed()
    await (await a_process(world, LARGE)).build()
    back = await a_process(world)
    state = await back.state()
    assert (state.building, [space.name for space in state.retired]) == (None, ["hashed-384#2"])
    assert len((await back.answers())[0]) == 5


async def test_where_the_old_model_cannot_be_asked_any_more_the_new_space_answers_with_what_it_has() -> None:
    world = World()
    await world.record(*RUNS)
    await (await a_process(world)).until_indexed()
    other = await a_process(world, LARGE, former=())
    assert other.found[0].opening is Opening.MODEL_GONE
    assert other.spaces.serving.name == "hashed-384#2"
    assert len(await world.archive.unindexed(scope=MINA)) == len(RUNS)
    await other.until_indexed()
    assert await other.held() == len(RUNS)
    assert [space.name for space in (await other.state()).retired] == [SMALL]


async def test_a_model_of_another_size_is_another_model_and_questions_are_embedded_as_before_meanwhile() -> None:
    world = World()
    await world.record(*RUNS)
    first = await a_process(world)
    await first.until_indexed()
    before = await first.answers()
    other = await a_process(world, dimensions={**DIMENSIONS, SMALL: 128})
    assert other.found[0].opening is Opening.OTHER_MODEL
    assert await other.answers() == before
    await other.until_built()
    assert (other.spaces.serving.name, other.spaces.serving.dimensions) == (f"{SMALL}#2", 128)
    assert list(map(len, await other.answers())) == list(map(len, before))


async def test_a_space_whose_size_nobody_wrote_down_is_taken_for_what_its_model_makes() -> None:
    world = World()
    await a_process(world)
    serving = (await world.spaces.state()).serving
    assert serving is not None
    await world.spaces.adopt(replace(serving, dimensions=None), at=world.clock.now())
    assert (await a_process(world)).found[0].opening is Opening.UNCHANGED


async def test_another_store_or_one_that_was_wiped_is_filled_anew_and_under_a_name_that_no_stale_card_has() -> None:
    world = World()
    await world.record(*RUNS)
    await (await a_process(world)).until_indexed()
    other = await a_process(world, kind="qdrant")
    found = other.found[0]
    assert (found.opening, other.spaces.serving.name) == (Opening.OTHER_STORE, f"{SMALL}#2")
    assert found.before is not None
    assert (found.before.kind, found.before.space) == ("chroma", Space(model_id=SMALL))
    await other.until_indexed()
    assert await other.held() == len(RUNS)
    back = await a_process(world)
    assert back.spaces.serving.name == f"{SMALL}#3"
    assert await back.held() == 0


async def test_a_build_asked_for_goes_on_after_a_start() -> None:
    world = World()
    await world.record(*RUNS)
    first = await a_process(world)
    await first.until_indexed()
    build = await first.migrate("qdrant", url="http://벡터.example:6333", caller=ADMIN)
    assert (await (await a_process(world)).state()).building == build


async def test_a_build_into_memory_that_is_gone_is_left() -> None:
    world = World()
    first = await a_process(world)
    await first.migrate("memory", url=None, caller=ADMIN)
    assert (await (await a_process(world)).state()).building is None


async def test_without_any_embedding_model_nothing_starts() -> None:
    world = World()
    process = await a_process(world)
    bare = replace(process.open, embedder=replace(process.embedder, providers={}))
    with pytest.raises(ModelUnavailable):
        await bare(process.own)
