from collections.abc import Sequence
from decimal import Decimal

import pytest

from adapters.memory.embedder import HashedWordsEmbedder
from application.use_cases.build_index import LEASE_SECONDS
from application.use_cases.drop_spaces import GRACE_SECONDS
from domain.backtest import IndexingState
from domain.budget import BudgetPeriod, BudgetRule, BudgetUnit
from domain.catalogue import ModelConfig
from domain.embedding import Embedded, TextKind
from domain.errors import StoreUnavailable
from domain.provider_errors import ProviderBrokeOff
from tests.builders import a_backtest, a_caller, a_card
from tests.unit.application.embedders import OUTAGE, FailingEmbedder, PickyEmbedder
from tests.unit.application.indexes import JUN, LARGE, MINA, SMALL, Process, World, a_named, a_process

ADMIN = a_caller(user_id="운영자")
RUNS = tuple(f"bt-{i:02}" for i in range(40))


async def an_indexed(world: World, *, scope_too: bool = False) -> Process:
    await world.record(*RUNS)
    if scope_too:
        await world.record(*RUNS[:10], scope=JUN)
    process = await a_process(world)
    await process.until_indexed()
    return process


def embedded(world: World, model_id: str) -> int:
    embedder = world.embedders[model_id]
    assert isinstance(embedder, HashedWordsEmbedder)
    return embedder.embedded


async def test_without_anything_to_build_it_waits() -> None:
    process = await a_process(World())
    step = await process.build()
    assert (step.wait_seconds > 0, step.switched, step.failed) == (True, None, None)


async def test_a_space_of_another_model_is_built_from_the_archive_and_then_answers() -> None:
    world = World()
    await an_indexed(world, scope_too=True)
    other = await a_process(world, LARGE)
    steps = await other.until_built()
    switched = steps[-1].switched
    assert switched is not None
    assert switched.name == other.spaces.serving.name == "hashed-384#2"
    assert (await other.held(), await other.held(JUN)) == (40, 10)
    assert len((await other.answers())[0]) == 5
    assert [space.name for space in (await other.state()).retired] == [SMALL]


async def test_a_question_during_all_of_it_is_answered_in_full() -> None:
    world = World()
    first = await an_indexed(world)
    before = await first.answers()
    other = await a_process(world, LARGE)
    seen = []
    while (await other.state()).building is not None:
        seen.append(await other.answers())
        await other.build()
    assert seen == [before] * len(seen) != []
    assert list(map(len, await other.answers())) == list(map(len, before))


async def test_a_rebuild_embeds_nothing_again_and_answers_the_same() -> None:
    world = World()
    process = await an_indexed(world)
    before, paid = await process.answers(), embedded(world, SMALL)
    build = await process.rebuild(caller=ADMIN)
    await process.until_built()
    assert process.spaces.serving.name == build.space.name == f"{SMALL}#2"
    assert embedded(world, SMALL) == paid
    assert await process.answers() == before


async def test_a_migration_copies_into_the_other_store_with_what_was_paid_for() -> None:
    world = World()
    process = await an_indexed(world)
    before, paid = await process.answers(), embedded(world, SMALL)
    await process.migrate("qdrant", url=None, caller=ADMIN)
    await process.until_built()
    assert (process.spaces.serving.store, process.spaces.serving.kind) == ("qdrant-1", "qdrant")
    assert await world.disks.stores["qdrant"].total(space=process.spaces.serving.name) == 40
    assert embedded(world, SMALL) == paid
    assert await process.answers() == before
    assert (await a_process(world, kind="qdrant")).spaces.serving == process.spaces.serving


async def test_what_is_recorded_and_deleted_meanwhile_is_caught_up_with() -> None:
    world = World()
    process = await an_indexed(world)
    await process.rebuild(caller=ADMIN)
    await process.build()
    await world.archive.delete(RUNS[0], scope=MINA)
    await world.archive.delete(RUNS[1], scope=MINA)
    await world.archive.record([a_named(RUNS[1], "다른 전략")], scope=MINA, at=world.clock.now())
    await world.record("bt-new")
    await process.until_indexed()
    await process.until_built()
    assert await process.held() == 40
    survey = process.survey.users(process.spaces.serving, sample=50)
    assert [user.drift.is_none async for user in survey] == [True]


async def test_what_waits_for_the_queue_at_the_switch_is_indexed_into_the_new_space() -> None:
    world = World()
    process = await an_indexed(world)
    await process.rebuild(caller=ADMIN)
    await world.record("bt-new")
    await world.archive.delete(RUNS[0], scope=MINA)
    await process.until_built()
    assert await process.held() == 39
    await process.until_indexed()
    held = await process.vectors.card_ids(scope=MINA, space=process.spaces.serving.name)
    assert held == await world.archive.matching((), scope=MINA)


async def test_a_process_that_dies_in_the_middle_leaves_the_rest_to_the_next() -> None:
    world = World()
    process = await an_indexed(world, scope_too=True)
    await process.rebuild(caller=ADMIN)
    first, *_ = await world.spaces.missing(limit=1)
    await process.spaces.look()
    building = process.spaces.held.building
    assert building is not None
    await process.memory.put(
        {first.card_id: first.backtest}, space=building.space, caller=a_caller(user_id="jun@quant.kr")
    )
    again = await a_process(world, builder="builder-2")
    await again.until_built()
    assert (await again.held(), await again.held(JUN)) == (40, 10)


async def test_one_process_builds_and_another_takes_over_once_its_lease_has_ended() -> None:
    world = World()
    process = await an_indexed(world)
    await process.rebuild(caller=ADMIN)
    other = await a_process(world, builder="builder-2")
    await process.build()
    built = (await world.spaces.progress()).built
    assert ((await other.build()).wait_seconds > 0, (await world.spaces.progress()).built) == (True, built)
    world.clock.advance(LEASE_SECONDS + 1)
    await other.until_built()
    assert await other.held() == 40


async def test_an_outage_of_the_embedder_delays_the_build_and_is_told() -> None:
    world = World()
    await an_indexed(world)
    world.embedders[LARGE] = FailingEmbedder(OUTAGE, OUTAGE, ProviderBrokeOff("models", "silence"))
    other = await a_process(world, LARGE)
    steps = await other.until_built()
    failed = [step for step in steps if step.failed]
    assert [step.failed for step in failed] == [OUTAGE.code, OUTAGE.code, ProviderBrokeOff.code]
    assert 0 < failed[0].wait_seconds < failed[1].wait_seconds
    assert await other.held() == 40


async def test_an_outage_of_the_store_delays_the_build_and_status_says_why() -> None:
    world = World()
    process = await an_indexed(world)
    await process.migrate("qdrant", url=None, caller=ADMIN)
    again = await a_process(world)
    world.disks.down.add("qdrant")
    assert [(await again.build()).failed for _ in range(2)] == [StoreUnavailable.code] * 2
    building = (await again.state()).building
    assert (building and building.error) == StoreUnavailable.code
    assert len((await again.answers())[0]) == 5
    world.disks.down.clear()
    await again.until_built()
    assert again.spaces.serving.store == "qdrant-1"


async def test_a_store_that_is_another_one_now_is_not_filled() -> None:
    world = World()
    process = await an_indexed(world)
    await process.migrate("qdrant", url=None, caller=ADMIN)
    world.disks.identities["qdrant"] = "qdrant-2"
    again = await a_process(world)
    assert (await again.build()).failed == StoreUnavailable.code
    assert await world.disks.stores["qdrant"].total(space=f"{SMALL}#2") == 0


async def test_a_user_whose_budget_is_used_up_is_waited_for_and_the_others_are_not() -> None:
    world = World()
    await an_indexed(world, scope_too=True)
    rule = BudgetRule(
        name="mina", unit=BudgetUnit.TOKENS, limit=Decimal(1_500), period=BudgetPeriod.DAY, user_id=MINA.user_id
    )
    other = await a_process(world, LARGE, budgets=(rule,))
    waits = [await other.build() for _ in range(6)]
    assert waits[-1].wait_seconds > 0
    progress = await world.spaces.progress()
    assert 10 < progress.built < progress.total == 50
    building = (await other.state()).building
    assert (building and building.error) == "budget-exhausted"
    while (await other.state()).building is not None:
        await other.build()
        world.clock.advance(6 * 3_600)
    assert (await other.held(), await other.held(JUN)) == (40, 10)


async def test_a_batch_that_no_budget_ever_fits_is_built_in_parts() -> None:
    world = World()
    await an_indexed(world)
    tokens = BudgetRule(name="each", unit=BudgetUnit.TOKENS, limit=Decimal(700), period=BudgetPeriod.DAY)
    other = await a_process(world, LARGE, budgets=(tokens,))
    await other.build()
    assert 0 < (await world.spaces.progress()).built < 40


async def test_a_card_that_is_refused_holds_up_no_other_and_is_queued_once_the_space_answers() -> None:
    world = World()
    await an_indexed(world)
    world.embedders[LARGE] = PickyEmbedder("돈치안")
    other = await a_process(world, LARGE)
    await other.until_built()
    refused = sum(i % 6 == 2 for i in range(40))
    assert await other.held() == 40 - refused
    states = [stored.indexing for stored in (await world.archive.page(scope=MINA, limit=100)).items]
    assert states.count(IndexingState.PENDING) == refused


async def test_what_comes_between_the_last_look_and_the_switch_is_not_lost() -> None:
    world = World()

    class Recording(HashedWordsEmbedder):
        async def embed(
            self, texts: Sequence[str], *, kind: TextKind, model: ModelConfig, timeout_seconds: float
        ) -> Embedded:
            vectors = await super().embed(texts, kind=kind, model=model, timeout_seconds=timeout_seconds)
            if kind is TextKind.PASSAGE and self.embedded < 300:
                await world.archive.record(
                    [a_backtest(backtest_id=f"late-{self.embedded}")], scope=MINA, at=world.clock.now()
                )
                await world.archive.finish(await world.archive.take(limit=9, at=world.clock.now(), lease_seconds=1))
            return vectors

    await an_indexed(world)
    world.embedders[LARGE] = Recording()
    other = await a_process(world, LARGE)
    await other.until_built()
    held = await other.vectors.card_ids(scope=MINA, space=other.spaces.serving.name)
    assert held == await world.archive.matching((), scope=MINA)


async def test_a_space_that_was_left_is_dropped_a_while_after_and_its_name_never_comes_back_before() -> None:
    world = World()
    process = await an_indexed(world)
    await process.rebuild(caller=ADMIN)
    await process.until_built()
    old = world.disks.stores["chroma"]
    assert await process.drop() == []
    assert await old.total(space=SMALL) == 40
    world.clock.advance(GRACE_SECONDS + 1)
    assert [space.name for space in await process.drop()] == [SMALL]
    assert (await old.total(space=SMALL), (await process.state()).retired) == (0, ())


async def test_a_space_in_a_store_that_is_not_open_stays_known_and_one_in_lost_memory_does_not() -> None:
    world = World()
    await a_process(world, kind="memory")
    await a_process(world, kind="qdrant")
    process = await a_process(world)
    world.clock.advance(GRACE_SECONDS + 1)
    assert [space.kind for space in await process.drop()] == ["memory"]
    assert [space.kind for space in (await process.state()).retired] == ["qdrant"]


async def test_an_erasure_reaches_every_store_that_is_open() -> None:
    world = World()
    process = await an_indexed(world)
    await process.migrate("qdrant", url=None, caller=ADMIN)
    await process.build()
    await process.vectors.erase(scope=MINA)
    assert [
        await store.total(space=name) for store in world.disks.stores.values() for name in (SMALL, f"{SMALL}#2")
    ] == [0] * 4


async def test_a_space_that_nobody_knows_or_whose_store_is_closed_is_an_outage_and_no_empty_answer() -> None:
    world = World()
    process = await an_indexed(world)
    with pytest.raises(StoreUnavailable):
        await process.vectors.count(scope=MINA, space="another")
    with pytest.raises(StoreUnavailable):
        await process.vectors.upsert([a_card()], scope=MINA, space="another")
    await process.vectors.close()
    with pytest.raises(StoreUnavailable):
        await process.vectors.total(space=SMALL)
