import pytest

from adapters.memory.vector_store import InMemoryVectorStore
from entrypoints.parts import StartedVectorStore
from tests.contracts.vector_store_contract import Reopen, VectorStoreContract
from tests.contracts.vector_store_upkeep_contract import VectorStoreUpkeepContract, Written


class TestInMemoryVectorStore(VectorStoreContract, VectorStoreUpkeepContract):
    @pytest.fixture
    def store(self) -> StartedVectorStore:
        return InMemoryVectorStore()

    @pytest.fixture
    def reopen(self, store: StartedVectorStore) -> Reopen:
        async def same() -> StartedVectorStore:
            return store

        return same

    @pytest.fixture
    def written(self) -> Written:
        return bytes
