import pytest

from adapters.memory.body_store import InMemoryBodyStore
from application.ports.body_store import BodyStore
from tests.contracts.body_store_contract import BodyStoreContract


class TestInMemoryBodyStore(BodyStoreContract):
    @pytest.fixture
    def bodies(self) -> BodyStore:
        return InMemoryBodyStore()
