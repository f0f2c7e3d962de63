import pytest

from adapters.memory.backtest_archive import InMemoryBacktestArchive
from adapters.memory.ids import CountingIds
from application.ports.backtest_archive import BacktestArchive, BacktestQueries, IndexQueue
from tests.contracts.index_queue_contract import IndexQueueContract


class TestInMemoryIndexQueue(IndexQueueContract):
    @pytest.fixture
    def memory(self) -> InMemoryBacktestArchive:
        return InMemoryBacktestArchive(ids=CountingIds())

    @pytest.fixture
    def archive(self, memory: InMemoryBacktestArchive) -> BacktestArchive:
        return memory

    @pytest.fixture
    def queries(self, memory: InMemoryBacktestArchive) -> BacktestQueries:
        return memory

    @pytest.fixture
    def queue(self, memory: InMemoryBacktestArchive) -> IndexQueue:
        return memory
