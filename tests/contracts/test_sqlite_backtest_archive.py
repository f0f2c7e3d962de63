import pytest

from adapters.memory.ids import CountingIds
from adapters.sql.backtest_archive import SqlBacktestArchive
from adapters.sql.database import Database
from application.ports.backtest_archive import BacktestArchive, BacktestQueries
from tests.contracts.backtest_archive_contract import BacktestArchiveContract, BacktestQueriesContract
from tests.contracts.backtest_filters_contract import BacktestFiltersContract
from tests.contracts.sql_engines import OnSqlite


@pytest.fixture
def sql(database: Database) -> SqlBacktestArchive:
    return SqlBacktestArchive(database, ids=CountingIds())


class TestSqliteBacktestArchive(OnSqlite, BacktestArchiveContract):
    @pytest.fixture
    def archive(self, sql: SqlBacktestArchive) -> BacktestArchive:
        return sql


class TestSqliteBacktestQueries(OnSqlite, BacktestQueriesContract, BacktestFiltersContract):
    @pytest.fixture
    def archive(self, sql: SqlBacktestArchive) -> BacktestArchive:
        return sql

    @pytest.fixture
    def queries(self, sql: SqlBacktestArchive) -> BacktestQueries:
        return sql
