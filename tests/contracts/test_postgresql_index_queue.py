import pytest

from adapters.memory.ids import CountingIds
from adapters.sql.backtest_archive import SqlBacktestArchive
from adapters.sql.database import Database
from adapters.sql.index_queue import SqlIndexQueue
from application.ports.backtest_archive import BacktestArchive, BacktestQueries, IndexQueue
from application.ports.system import Ids
from tests.contracts.index_queue_contract import IndexQueueContract
from tests.contracts.sql_engines import OnPostgresql


@pytest.fixture
def ids() -> Ids:
    return CountingIds()


@pytest.fixture
def sql(database: Database, ids: Ids) -> SqlBacktestArchive:
    return SqlBacktestArchive(database, ids=ids)


class TestPostgresqlIndexQueue(OnPostgresql, IndexQueueContract):
    @pytest.fixture
    def archive(self, sql: SqlBacktestArchive) -> BacktestArchive:
        return sql

    @pytest.fixture
    def queries(self, sql: SqlBacktestArchive) -> BacktestQueries:
        return sql

    @pytest.fixture
    def queue(self, database: Database, ids: Ids) -> IndexQueue:
        return SqlIndexQueue(database, ids=ids)
