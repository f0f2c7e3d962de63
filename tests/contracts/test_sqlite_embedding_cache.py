import pytest

from adapters.sql.database import Database
from adapters.sql.embedding_cache import SqlEmbeddingCache
from application.ports.embedding_cache import EmbeddingCache
from tests.contracts.embedding_cache_contract import EmbeddingCacheContract
from tests.contracts.sql_engines import OnSqlite


class TestSqliteEmbeddingCache(OnSqlite, EmbeddingCacheContract):
    @pytest.fixture
    def cache(self, database: Database) -> EmbeddingCache:
        return SqlEmbeddingCache(database)
