import pytest

from adapters.memory.vector_store import InMemoryVectorStore
from application.ports.vector_store import VectorStore
from tests.contracts.vector_store_contract import Reopen, VectorStoreContract


class TestInMemoryVectorStore(VectorStoreContract):
    @pytest.fixture
    def store(self) -> VectorStore:
        return InMemoryVectorStore()

    @pytest.fixture
    def reopen(self, store: VectorStore) -> Reopen:
        async def same() -> VectorStore:
            return store

        return same
