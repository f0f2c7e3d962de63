import pytest

from adapters.sql.body_store import SqlBodyStore
from adapters.sql.database import Database
from application.ports.body_store import BodyStore
from tests.contracts.body_store_contract import BodyStoreContract
from tests.contracts.sql_engines import OnPostgresql


class TestPostgresqlBodyStore(OnPostgresql, BodyStoreContract):
    @pytest.fixture
    def bodies(self, database: Database) -> BodyStore:
        return SqlBodyStore(database)
