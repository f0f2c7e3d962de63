import pytest

from adapters.memory.audit_trail import InMemoryAuditTrail
from adapters.memory.clock import SettableClock
from adapters.memory.key_ring import InMemoryKeyRing
from adapters.memory.revisions import InMemoryRevisions
from application.ports.audit_trail import AuditTrail
from application.ports.key_ring import KeyIndex, KeyRing
from application.ports.revisions import Revisions
from application.remembered_keys import RememberedKeys
from application.watching import Watch
from tests.builders import MOMENT
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
    def stored(self, memory: InMemoryAuditTrail, counted: InMemoryRevisions) -> InMemoryKeyRing:
        return InMemoryKeyRing(memory, counted)

    @pytest.fixture
    def index(self, stored: InMemoryKeyRing) -> KeyIndex:
        return stored

    @pytest.fixture
    def ring(self, stored: InMemoryKeyRing) -> KeyRing:
        return stored


class TestRememberedKeys(TestInMemoryKeyRing):
    """The same promises, by way of a memory that is kept fresh."""

    @pytest.fixture
    async def ring(self, stored: InMemoryKeyRing, counted: InMemoryRevisions) -> KeyRing:
        watch = Watch(revisions=counted, clock=SettableClock(MOMENT))
        remembered = RememberedKeys(store=stored, watch=watch)
        await watch.look()
        return remembered
