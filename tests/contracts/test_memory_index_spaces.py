import pytest

from adapters.memory.backtest_archive import InMemoryBacktestArchive
from adapters.memory.ids import CountingIds
from adapters.memory.index_spaces import InMemoryIndexSpaces
from adapters.memory.revisions import InMemoryRevisions
from application.ports.backtest_archive import BacktestArchive, IndexQueue
from application.ports.index_spaces import IndexSpaces
from application.ports.revisions import Revisions
from tests.contracts.index_spaces_contract import IndexSpacesContract


class TestInMemoryIndexSpaces(IndexSpacesContract):
    @pytest.fixture
    def memory(self) -> InMemoryBacktestArchive:
        return InMemoryBacktestArchive(ids=CountingIds())

    @pytest.fixture
    def counted(self) -> InMemoryRevisions:
        return InMemoryRevisions()

    @pytest.fixture
    def archive(self, memory: InMemoryBacktestArchive) -> BacktestArchive:
        return memory

    @pytest.fixture
    def queue(self, memory: InMemoryBacktestArchive) -> IndexQueue:
        return memory

    @pytest.fixture
    def revisions(self, counted: InMemoryRevisions) -> Revisions:
        return counted

    @pytest.fixture
    def spaces(self, memory: InMemoryBacktestArchive, counted: InMemoryRevisions) -> IndexSpaces:
        return InMemoryIndexSpaces(memory, counted)
