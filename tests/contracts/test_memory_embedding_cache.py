import pytest

from adapters.memory.embedding_cache import InMemoryEmbeddingCache
from application.ports.embedding_cache import EmbeddingCache
from tests.contracts.embedding_cache_contract import EmbeddingCacheContract


class TestInMemoryEmbeddingCache(EmbeddingCacheContract):
    @pytest.fixture
    def cache(self) -> EmbeddingCache:
        return InMemoryEmbeddingCache()
