import pytest

from adapters.sql.database import Database
from adapters.sql.strategy_archive import SqlStrategyArchive
from application.ports.strategy_archive import StrategyArchive
from tests.contracts.sql_engines import OnSqlite
from tests.contracts.strategy_archive_contract import StrategyArchiveContract


class TestSqliteStrategyArchive(OnSqlite, StrategyArchiveContract):
    @pytest.fixture
    def archive(self, database: Database) -> StrategyArchive:
        return SqlStrategyArchive(database)
