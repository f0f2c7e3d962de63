import pytest

from adapters.memory.backtest_archive import InMemoryBacktestArchive
from adapters.memory.ids import CountingIds
from application.ports.backtest_archive import BacktestArchive, BacktestQueries
from tests.contracts.backtest_archive_contract import BacktestArchiveContract, BacktestQueriesContract
from tests.contracts.backtest_filters_contract import BacktestFiltersContract


@pytest.fixture
def memory() -> InMemoryBacktestArchive:
    return InMemoryBacktestArchive(ids=CountingIds())


class TestInMemoryBacktestArchive(BacktestArchiveContract):
    @pytest.fixture
    def archive(self, memory: InMemoryBacktestArchive) -> BacktestArchive:
        return memory


class TestInMemoryBacktestQueries(BacktestQueriesContract, BacktestFiltersContract):
    @pytest.fixture
    def archive(self, memory: InMemoryBacktestArchive) -> BacktestArchive:
        return memory

    @pytest.fixture
    def queries(self, memory: InMemoryBacktestArchive) -> BacktestQueries:
        return memory
