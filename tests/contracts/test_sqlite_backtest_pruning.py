from collections.abc import AsyncIterator

import pytest

from adapters.sql.stores import SqlStores
from adapters.system.ids import TimeOrderedIds
from entrypoints.parts import Stores
from tests.contracts.backtest_pruning_contract import BacktestPruningContract
from tests.contracts.sql_engines import OnSqlite, Place


class TestSqliteBacktestPruning(OnSqlite, BacktestPruningContract):
    @pytest.fixture
    async def stores(self, place: Place) -> AsyncIterator[Stores]:
        stores = SqlStores(place.url, ids=TimeOrderedIds())
        yield stores
        await stores.close()
