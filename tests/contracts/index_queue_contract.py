"""What every outbox between the archive and the indexes promises."""

import random
from collections.abc import Sequence
from datetime import datetime

import pytest

from application.ports.backtest_archive import BacktestArchive, BacktestQueries, IndexQueue, IndexTask
from domain.backtest import IndexingState, card_id
from tests.builders import MOMENT, a_backtest, a_scope, later, some_metrics

MINA, JUN = a_scope("mina@quant.kr"), a_scope("준/서울")
LEASE_SECONDS = 30.0


async def record(archive: BacktestArchive, *ids: str, at: datetime = MOMENT) -> None:
    await archive.record([a_backtest(backtest_id=backtest_id) for backtest_id in ids], scope=MINA, at=at)


async def take(queue: IndexQueue, *, at: datetime = MOMENT, limit: int = 100) -> list[IndexTask]:
    return await queue.take(limit=limit, at=at, lease_seconds=LEASE_SECONDS)


def named(tasks: Sequence[IndexTask]) -> list[str | None]:
    """The backtests that the tasks want indexed; None for a removal."""
    return [None if task.backtest is None else task.backtest.backtest_id for task in tasks]


async def state(archive: BacktestArchive, backtest_id: str) -> IndexingState:
    return (await archive.get(backtest_id, scope=MINA)).indexing


class IndexQueueContract:
    """A subclass gives the fixtures `archive`, `queries` and `queue`, declared as their ports, over one empty state."""

    async def test_recording_queues_a_task(self, archive: BacktestArchive, queue: IndexQueue) -> None:
        await record(archive, "bt-1")
        [task] = await take(queue)
        assert task.backtest == a_backtest(backtest_id="bt-1")
        assert (task.scope, task.card_id, task.attempts) == (MINA, card_id(MINA, "backtest", "bt-1"), 0)

    async def test_duplicates_and_conflicts_queue_nothing(self, archive: BacktestArchive, queue: IndexQueue) -> None:
        await record(archive, "bt-1", "bt-1")
        await record(archive, "bt-1")
        await archive.record(
            [a_backtest(backtest_id="bt-1", metrics=some_metrics(sharpe_ratio=9.0))], scope=MINA, at=MOMENT
        )
        assert named(await take(queue)) == ["bt-1"]

    async def test_an_empty_queue_gives_no_task(self, queue: IndexQueue) -> None:
        assert await take(queue) == []

    async def test_the_oldest_tasks_come_first_and_no_more_than_asked_for(
        self, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-3", "bt-1", "bt-4")
        await record(archive, "bt-2", at=later(-60))
        assert named(await take(queue, limit=3)) == ["bt-3", "bt-1", "bt-4"]
        assert named(await take(queue, limit=3)) == ["bt-2"]

    async def test_the_tasks_of_all_users_are_taken(self, archive: BacktestArchive, queue: IndexQueue) -> None:
        await archive.record([a_backtest()], scope=MINA, at=MOMENT)
        await archive.record([a_backtest()], scope=JUN, at=MOMENT)
        assert [task.scope for task in await take(queue)] == [MINA, JUN]

    async def test_a_leased_task_is_not_given_twice(self, archive: BacktestArchive, queue: IndexQueue) -> None:
        await record(archive, "bt-1")
        await take(queue)
        assert await take(queue, at=later(LEASE_SECONDS - 1)) == []

    async def test_an_expired_lease_comes_back(self, archive: BacktestArchive, queue: IndexQueue) -> None:
        await record(archive, "bt-1")
        first = await take(queue)
        assert await take(queue, at=later(LEASE_SECONDS + 1)) == first

    async def test_a_finished_task_marks_its_backtest_indexed_and_stays_away(
        self, archive: BacktestArchive, queries: BacktestQueries, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1", "bt-2")
        await queue.finish(await take(queue, limit=1))
        assert (await state(archive, "bt-1"), await state(archive, "bt-2")) == (
            IndexingState.INDEXED, IndexingState.PENDING,
        )  # fmt: skip
        assert len(await queries.unindexed(scope=MINA)) == 1
        assert named(await take(queue, at=later(3_600))) == ["bt-2"]

    async def test_finishing_again_or_nothing_changes_nothing(
        self, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1")
        tasks = await take(queue)
        for finished in (tasks, tasks, []):
            await queue.finish(finished)
        assert await state(archive, "bt-1") is IndexingState.INDEXED

    async def test_finishing_leaves_the_same_id_of_another_user(
        self, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-2041")
        await archive.record([a_backtest()], scope=JUN, at=MOMENT)
        await queue.finish(await take(queue, limit=1))
        assert (await archive.get("bt-2041", scope=JUN)).indexing is IndexingState.PENDING

    async def test_a_postponed_task_is_due_later_with_one_more_attempt(
        self, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1")
        await queue.postpone(await take(queue), until=later(600), error="임베딩 서버 503", failed=False)
        assert await state(archive, "bt-1") is IndexingState.PENDING
        assert await take(queue, at=later(599)) == []
        [task] = await take(queue, at=later(601))
        assert (task.attempts, named([task])) == (1, ["bt-1"])

    async def test_a_postponed_task_may_be_due_before_its_lease_ends(
        self, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1")
        await queue.postpone(await take(queue), until=later(1), error="timeout", failed=False)
        assert named(await take(queue, at=later(2))) == ["bt-1"]

    async def test_a_failed_backtest_is_marked_and_still_tried_later(
        self, archive: BacktestArchive, queries: BacktestQueries, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1")
        await queue.postpone(await take(queue), until=later(600), error="no such model", failed=True)
        assert await state(archive, "bt-1") is IndexingState.FAILED
        assert len(await queries.unindexed(scope=MINA)) == 1
        await queue.finish(await take(queue, at=later(601)))
        assert await state(archive, "bt-1") is IndexingState.INDEXED

    async def test_deleting_queues_a_removal(self, archive: BacktestArchive, queue: IndexQueue) -> None:
        await record(archive, "bt-1")
        await queue.finish(await take(queue))
        await archive.delete("bt-1", scope=MINA)
        [task] = await take(queue)
        assert (task.backtest, task.card_id, task.scope) == (None, card_id(MINA, "backtest", "bt-1"), MINA)
        await queue.finish([task])
        assert await take(queue, at=later(3_600)) == []

    async def test_a_removal_takes_the_place_of_an_unfinished_task(
        self, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1")
        await archive.delete("bt-1", scope=MINA)
        assert named(await take(queue)) == [None]

    async def test_a_removal_is_due_while_the_indexing_task_is_leased_or_postponed(
        self, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1", "bt-2")
        leased, postponed = await take(queue)
        await queue.postpone([postponed], until=later(600), error="503", failed=True)
        await archive.delete("bt-1", scope=MINA)
        await archive.delete("bt-2", scope=MINA)
        assert named(await take(queue)) == [None, None]
        assert leased.backtest is not None

    async def test_a_task_whose_backtest_was_deleted_meanwhile_finishes_nothing(
        self, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1")
        stale = await take(queue)
        await archive.delete("bt-1", scope=MINA)
        await queue.finish(stale)
        assert named(await take(queue)) == [None]

    async def test_a_stale_task_marks_nothing_on_what_was_recorded_again(
        self, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1")
        stale = await take(queue)
        await archive.delete("bt-1", scope=MINA)
        await record(archive, "bt-1")
        await queue.finish(stale)
        await queue.postpone(stale, until=later(600), error="503", failed=True)
        assert await state(archive, "bt-1") is IndexingState.PENDING
        [task] = await take(queue)
        assert (named([task]), task.attempts) == (["bt-1"], 0)

    async def test_a_card_that_was_written_after_its_removal_is_removed_again(
        self, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1")
        written = await take(queue)
        await archive.delete("bt-1", scope=MINA)
        await queue.finish(await take(queue))
        await queue.finish(written)
        [again] = await take(queue)
        assert (again.backtest, again.card_id, again.scope) == (None, card_id(MINA, "backtest", "bt-1"), MINA)
        await queue.finish([again])
        assert await take(queue, at=later(3_600)) == []

    async def test_a_stale_removal_leaves_what_was_recorded_again_in_the_queue(
        self, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1")
        await archive.delete("bt-1", scope=MINA)
        removal = await take(queue)
        await record(archive, "bt-1")
        await queue.finish(removal)
        assert await state(archive, "bt-1") is IndexingState.PENDING
        assert named(await take(queue)) == ["bt-1"]

    async def test_requeueing_touches_nothing_that_is_indexed(
        self, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1")
        await queue.finish(await take(queue))
        assert await queue.requeue() == 0
        assert await state(archive, "bt-1") is IndexingState.INDEXED
        assert await take(queue, at=later(3_600)) == []

    async def test_requeueing_makes_due_what_a_dead_process_had_leased_or_postponed(
        self, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await record(archive, "bt-1", "bt-2", "bt-3")
        await queue.postpone(await take(queue, limit=1), until=later(3_600), error="503", failed=True)
        await take(queue, limit=1)
        await archive.delete("bt-3", scope=MINA)
        await take(queue)
        assert await queue.requeue() == 2
        assert sorted(map(str, named(await take(queue)))) == ["None", "bt-1", "bt-2"]

    @pytest.mark.parametrize("seed", range(20))
    async def test_in_the_end_the_index_holds_what_the_archive_holds(
        self, archive: BacktestArchive, queue: IndexQueue, seed: int
    ) -> None:
        chance = random.Random(seed)  # noqa: S311  # the order of events, not a secret
        indexed: dict[str, str] = {}
        for minute in range(40):
            await a_random_change(archive, chance)
            await some_work(queue, indexed, chance, at=later(60 * minute))
        while tasks := await take(queue, at=later(100_000)):
            await index(queue, indexed, tasks)
        stored = (await archive.page(scope=MINA, limit=100)).items
        assert indexed == {each.card_id: each.backtest.fingerprint() for each in stored}
        assert {each.indexing for each in stored} <= {IndexingState.INDEXED}


async def a_random_change(archive: BacktestArchive, chance: random.Random) -> None:
    backtest_id = f"bt-{chance.randrange(4)}"
    held = {stored.backtest.backtest_id for stored in (await archive.page(scope=MINA, limit=100)).items}
    if backtest_id in held and chance.random() < 0.5:
        await archive.delete(backtest_id, scope=MINA)
    else:
        run = a_backtest(backtest_id=backtest_id, metrics=some_metrics(sharpe_ratio=float(chance.randrange(3))))
        await archive.record([run], scope=MINA, at=MOMENT)


async def some_work(queue: IndexQueue, indexed: dict[str, str], chance: random.Random, *, at: datetime) -> None:
    """A worker that does its job, sees an outage, or dies and leaves its lease behind."""
    tasks = await take(queue, at=at, limit=chance.randrange(1, 4))
    fate = chance.choice(("works", "fails", "dies"))
    if fate == "works":
        await index(queue, indexed, tasks)
    elif fate == "fails":
        await queue.postpone(tasks, until=at, error="503", failed=chance.random() < 0.5)


async def index(queue: IndexQueue, indexed: dict[str, str], tasks: list[IndexTask]) -> None:
    for task in tasks:
        if task.backtest is None:
            indexed.pop(task.card_id, None)
        else:
            indexed[task.card_id] = task.backtest.fingerprint()
    await queue.finish(tasks)
