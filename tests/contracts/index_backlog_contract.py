"""What every view of the outbox promises to a monitor."""

from datetime import UTC, datetime

from application.ports.backtest_archive import BacktestArchive, IndexQueue
from application.ports.index_backlog import Backlog, IndexBacklog
from tests.builders import MOMENT, a_backtest, a_scope, later

MINA, JUN = a_scope("mina@quant.kr"), a_scope("준/서울")
FIRST = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


class TickingNanoseconds:
    """A clock that says a second more whenever it is asked."""

    def __init__(self) -> None:
        self._now = int(FIRST.timestamp()) - 1

    def __call__(self) -> int:
        self._now += 1
        return self._now * 10**9


class IndexBacklogContract:
    """A subclass gives `archive`, `queue` and `backlog`, declared as their ports, over one empty state.

    Their ids come from one `TimeOrderedIds` over a `TickingNanoseconds`.
    """

    async def test_an_empty_outbox_has_no_backlog(self, backlog: IndexBacklog) -> None:
        assert await backlog.backlog() == Backlog()

    async def test_what_waits_is_counted_with_the_age_of_the_oldest(
        self, archive: BacktestArchive, backlog: IndexBacklog
    ) -> None:
        await archive.record([a_backtest()], scope=MINA, at=MOMENT)
        first = await backlog.backlog()
        await archive.record([a_backtest()], scope=JUN, at=MOMENT)
        assert first.indexing == 1
        assert first.oldest_indexing_at is not None
        assert FIRST <= first.oldest_indexing_at <= later(10)
        both = await backlog.backlog()
        assert (both.indexing, both.oldest_indexing_at) == (2, first.oldest_indexing_at)

    async def test_removals_are_counted_apart(self, archive: BacktestArchive, backlog: IndexBacklog) -> None:
        await archive.record([a_backtest()], scope=MINA, at=MOMENT)
        queued = (await backlog.backlog()).oldest_indexing_at
        await archive.delete(a_backtest().backtest_id, scope=MINA)
        found = await backlog.backlog()
        assert (found.indexing, found.removals, found.oldest_indexing_at) == (0, 1, None)
        assert queued is not None
        assert found.oldest_removal_at is not None
        assert found.oldest_removal_at > queued

    async def test_a_leased_task_still_waits_and_a_finished_one_does_not(
        self, archive: BacktestArchive, queue: IndexQueue, backlog: IndexBacklog
    ) -> None:
        await archive.record([a_backtest()], scope=MINA, at=MOMENT)
        tasks = await queue.take(limit=10, at=MOMENT, lease_seconds=60)
        assert (await backlog.backlog()).indexing == 1
        await queue.finish(tasks)
        assert await backlog.backlog() == Backlog()

    async def test_a_task_that_failed_is_counted_as_retried(
        self, archive: BacktestArchive, queue: IndexQueue, backlog: IndexBacklog
    ) -> None:
        await archive.record([a_backtest()], scope=MINA, at=MOMENT)
        await archive.record([a_backtest()], scope=JUN, at=MOMENT)
        [task, _] = await queue.take(limit=10, at=MOMENT, lease_seconds=60)
        await queue.postpone([task], until=later(5), error="store-unavailable", failed=False)
        found = await backlog.backlog()
        assert (found.indexing, found.retried) == (2, 1)
