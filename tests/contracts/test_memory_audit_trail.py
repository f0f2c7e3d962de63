import pytest

from adapters.memory.audit_trail import InMemoryAuditTrail
from application.ports.audit_trail import AuditTrail
from tests.contracts.audit_trail_contract import AuditTrailContract


class TestInMemoryAuditTrail(AuditTrailContract):
    @pytest.fixture
    def trail(self) -> AuditTrail:
        return InMemoryAuditTrail()
