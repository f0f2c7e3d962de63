import pytest

from adapters.memory.audit_trail import InMemoryAuditTrail
from adapters.memory.revisions import InMemoryRevisions
from adapters.memory.rule_book import InMemoryRuleBook
from application.ports.audit_trail import AuditTrail
from application.ports.revisions import Revisions
from application.ports.rule_book import RuleBook
from tests.contracts.rule_book_contract import RuleBookContract


class TestInMemoryRuleBook(RuleBookContract):
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
    def book(self, memory: InMemoryAuditTrail, counted: InMemoryRevisions) -> RuleBook:
        return InMemoryRuleBook(memory, counted)
