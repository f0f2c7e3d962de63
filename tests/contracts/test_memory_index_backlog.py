import pytest

from adapters.memory.backtest_archive import InMemoryBacktestArchive
from adapters.system.ids import TimeOrderedIds
from application.ports.backtest_archive import BacktestArchive, IndexQueue
from application.ports.index_backlog import IndexBacklog
from tests.contracts.index_backlog_contract import IndexBacklogContract, TickingNanoseconds


class TestInMemoryIndexBacklog(IndexBacklogContract):
    @pytest.fixture
    def memory(self) -> InMemoryBacktestArchive:
        return InMemoryBacktestArchive(ids=TimeOrderedIds(TickingNanoseconds()))

    @pytest.fixture
    def archive(self, memory: InMemoryBacktestArchive) -> BacktestArchive:
        return memory

    @pytest.fixture
    def queue(self, memory: InMemoryBacktestArchive) -> IndexQueue:
        return memory

    @pytest.fixture
    def backlog(self, memory: InMemoryBacktestArchive) -> IndexBacklog:
        return memory
