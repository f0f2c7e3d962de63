import pytest

from adapters.sql.conversation_store import SqlConversationStore
from adapters.sql.database import Database
from tests.contracts.conversation_store_contract import ConversationStoreContract, Store
from tests.contracts.sql_engines import OnPostgresql


class TestPostgresqlConversationStore(OnPostgresql, ConversationStoreContract):
    @pytest.fixture
    def store(self, database: Database) -> Store:
        return SqlConversationStore(database)
