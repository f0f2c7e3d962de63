import pytest

from adapters.memory.stores import InMemoryStores
from adapters.system.ids import TimeOrderedIds
from entrypoints.parts import Stores
from tests.contracts.user_eraser_contract import UserEraserContract


class TestInMemoryUserEraser(UserEraserContract):
    @pytest.fixture
    def stores(self) -> Stores:
        return InMemoryStores(ids=TimeOrderedIds())
