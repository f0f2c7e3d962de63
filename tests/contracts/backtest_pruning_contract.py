"""What letting old backtests go comes to, in every archive."""

import pytest

from application.ports.backtest_archive import IndexTask
from application.ports.backtest_pruning import Outlived, Pruned
from entrypoints.parts import Stores
from tests.builders import MOMENT, a_backtest, a_scope, later

MINA, JUN = a_scope("mina@quant.kr"), a_scope("준/서울")
DAY = 86_400.0
AFTER_TWO_DAYS = Outlived(before=later(2 * DAY))
LATEST_TWO = Outlived(keep=2)


async def kept(stores: Stores) -> dict[str, list[str]]:
    pages = {scope.user_id: await stores.archive.page(scope=scope, limit=50) for scope in (MINA, JUN)}
    return {user: [run.backtest.backtest_id for run in page.items] for user, page in pages.items()}


class BacktestPruningContract:
    """A subclass gives `stores`, declared `-> Stores` and empty at first."""

    @pytest.fixture
    async def filled(self, stores: Stores) -> Stores:
        """A backtest a day for four days of one user, for one day of the other."""
        for day in range(4):
            run = a_backtest(backtest_id=f"bt-{day}")
            await stores.archive.record([run], scope=MINA, at=later(day * DAY))
        await stores.archive.record([a_backtest(backtest_id="bt-9")], scope=JUN, at=MOMENT)
        await stores.queue.finish(await stores.queue.take(limit=9, at=later(9 * DAY), lease_seconds=1))
        return stores

    async def test_what_would_go_is_counted_and_stays(self, filled: Stores) -> None:
        before = await kept(filled)
        assert await filled.outliving.outlived(AFTER_TWO_DAYS) == Pruned(backtests=3, users=2)
        assert await filled.outliving.outlived(LATEST_TWO) == Pruned(backtests=2, users=1)
        assert await filled.outliving.outlived(Outlived(before=later(2 * DAY), keep=1)) == Pruned(backtests=4, users=2)
        assert await kept(filled) == before

    async def test_nothing_outlives_where_nothing_is_asked(self, filled: Stores) -> None:
        assert await filled.outliving.outlived(Outlived()) == Pruned()
        assert await filled.outliving.prune(Outlived(), limit=10) == 0

    async def test_those_before_a_moment_go_and_those_of_that_moment_stay(self, filled: Stores) -> None:
        assert await filled.outliving.prune(AFTER_TWO_DAYS, limit=10) == 3
        assert await kept(filled) == {MINA.user_id: ["bt-3", "bt-2"], JUN.user_id: []}

    async def test_the_latest_of_every_user_stay(self, filled: Stores) -> None:
        assert await filled.outliving.prune(LATEST_TWO, limit=10) == 2
        assert await kept(filled) == {MINA.user_id: ["bt-3", "bt-2"], JUN.user_id: ["bt-9"]}

    async def test_at_most_so_many_go_and_the_oldest_first(self, filled: Stores) -> None:
        assert await filled.outliving.prune(LATEST_TWO, limit=1) == 1
        assert (await kept(filled))[MINA.user_id] == ["bt-3", "bt-2", "bt-1"]
        assert await filled.outliving.prune(LATEST_TWO, limit=1) == 1
        assert await filled.outliving.prune(LATEST_TWO, limit=1) == 0

    async def test_the_indexes_hear_of_it(self, filled: Stores) -> None:
        await filled.outliving.prune(LATEST_TWO, limit=10)
        tasks = await filled.queue.take(limit=10, at=later(9 * DAY), lease_seconds=1)
        assert [(task.scope, task.backtest) for task in tasks] == [(MINA, None), (MINA, None)]
        assert all(isinstance(task, IndexTask) for task in tasks)
