import pytest

from adapters.memory.strategy_archive import InMemoryStrategyArchive
from application.ports.strategy_archive import StrategyArchive
from tests.contracts.strategy_archive_contract import StrategyArchiveContract


class TestInMemoryStrategyArchive(StrategyArchiveContract):
    @pytest.fixture
    def archive(self) -> StrategyArchive:
        return InMemoryStrategyArchive()
