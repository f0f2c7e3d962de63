import pytest

from adapters.sql.database import Database
from adapters.sql.text_index import SqlTextIndex
from application.ports.text_index import TextIndex
from tests.contracts.sql_engines import OnPostgresql
from tests.contracts.text_index_stories import SqlTextIndexContract


class TestPostgresqlTextIndex(OnPostgresql, SqlTextIndexContract):
    @pytest.fixture
    def index(self, database: Database) -> TextIndex:
        return SqlTextIndex(database)
