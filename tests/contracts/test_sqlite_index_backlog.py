import pytest

from adapters.sql.backtest_archive import SqlBacktestArchive
from adapters.sql.database import Database
from adapters.sql.index_queue import SqlIndexQueue
from adapters.system.ids import TimeOrderedIds
from application.ports.backtest_archive import BacktestArchive, IndexQueue
from application.ports.index_backlog import IndexBacklog
from application.ports.system import Ids
from tests.contracts.index_backlog_contract import IndexBacklogContract, TickingNanoseconds
from tests.contracts.sql_engines import OnSqlite


class TestSqliteIndexBacklog(OnSqlite, IndexBacklogContract):
    @pytest.fixture
    def ids(self) -> Ids:
        return TimeOrderedIds(TickingNanoseconds())

    @pytest.fixture
    def sql(self, database: Database, ids: Ids) -> SqlIndexQueue:
        return SqlIndexQueue(database, ids=ids)

    @pytest.fixture
    def archive(self, database: Database, ids: Ids) -> BacktestArchive:
        return SqlBacktestArchive(database, ids=ids)

    @pytest.fixture
    def queue(self, sql: SqlIndexQueue) -> IndexQueue:
        return sql

    @pytest.fixture
    def backlog(self, sql: SqlIndexQueue) -> IndexBacklog:
        return sql
