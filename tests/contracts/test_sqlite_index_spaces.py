import pytest

from adapters.memory.ids import CountingIds
from adapters.sql.backtest_archive import SqlBacktestArchive
from adapters.sql.database import Database
from adapters.sql.index_queue import SqlIndexQueue
from adapters.sql.index_spaces import SqlIndexSpaces
from adapters.sql.revisions import SqlRevisions
from application.ports.backtest_archive import BacktestArchive, IndexQueue
from application.ports.index_spaces import IndexSpaces
from application.ports.revisions import Revisions
from application.ports.system import Ids
from tests.contracts.index_spaces_contract import IndexSpacesContract
from tests.contracts.sql_engines import OnSqlite


@pytest.fixture
def ids() -> Ids:
    return CountingIds()


class TestSqliteIndexSpaces(OnSqlite, IndexSpacesContract):
    @pytest.fixture
    def archive(self, database: Database, ids: Ids) -> BacktestArchive:
        return SqlBacktestArchive(database, ids=ids)

    @pytest.fixture
    def queue(self, database: Database, ids: Ids) -> IndexQueue:
        return SqlIndexQueue(database, ids=ids)

    @pytest.fixture
    def revisions(self, database: Database) -> Revisions:
        return SqlRevisions(database)

    @pytest.fixture
    def spaces(self, database: Database, ids: Ids) -> IndexSpaces:
        return SqlIndexSpaces(database, ids=ids)
