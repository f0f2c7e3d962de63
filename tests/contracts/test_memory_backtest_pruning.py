import pytest

from adapters.memory.stores import InMemoryStores
from adapters.system.ids import TimeOrderedIds
from entrypoints.parts import Stores
from tests.contracts.backtest_pruning_contract import BacktestPruningContract


class TestInMemoryBacktestPruning(BacktestPruningContract):
    @pytest.fixture
    def stores(self) -> Stores:
        return InMemoryStores(ids=TimeOrderedIds())
