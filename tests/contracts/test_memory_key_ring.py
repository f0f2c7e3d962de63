import pytest

from adapters.memory.audit_trail import InMemoryAuditTrail
from adapters.memory.key_ring import InMemoryKeyRing
from adapters.memory.revisions import InMemoryRevisions
from application.ports.audit_trail import AuditTrail
from application.ports.key_ring import KeyRing
from application.ports.revisions import Revisions
from tests.contracts.key_ring_contract import KeyRingContract


class TestInMemoryKeyRing(KeyRingContract):
    @pytest.fixture
    def memory(self) -> InMemoryAuditTrail:
        return InMemoryAuditTrail()

    @pytest.fixture
    def trail(self, memory: InMemoryAuditTrail) -> AuditTrail:
        return memory

    @pytest.fixture
    def counted(self) -> InMemoryRevisions:
        return InMemoryRevisions()

    @pytest.fixture
    def revisions(self, counted: InMemoryRevisions) -> Revisions:
        return counted

    @pytest.fixture
    def ring(self, memory: InMemoryAuditTrail, counted: InMemoryRevisions) -> KeyRing:
        return InMemoryKeyRing(memory, counted)
