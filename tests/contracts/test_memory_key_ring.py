import pytest

from adapters.memory.key_ring import InMemoryKeyRing
from application.ports.key_ring import KeyRing
from tests.contracts.key_ring_contract import KeyRingContract


class TestInMemoryKeyRing(KeyRingContract):
    @pytest.fixture
    def ring(self) -> KeyRing:
        return InMemoryKeyRing()
