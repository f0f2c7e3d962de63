import pytest

from adapters.memory.usage_ledger import InMemoryUsageLedger
from application.ports.ledger_audit import LedgerAudit
from application.ports.ledger_pruning import LedgerPruning
from application.ports.usage_figures import UsageFigures
from application.ports.usage_ledger import UsageLedger, UsageReport
from tests.contracts.ledger_books_contract import LedgerBooksContract


@pytest.fixture
def memory() -> InMemoryUsageLedger:
    return InMemoryUsageLedger()


@pytest.fixture
def ledger(memory: InMemoryUsageLedger) -> UsageLedger:
    return memory


@pytest.fixture
def report(memory: InMemoryUsageLedger) -> UsageReport:
    return memory


@pytest.fixture
def figures(memory: InMemoryUsageLedger) -> UsageFigures:
    return memory


@pytest.fixture
def pruning(memory: InMemoryUsageLedger) -> LedgerPruning:
    return memory


@pytest.fixture
def books(memory: InMemoryUsageLedger) -> LedgerAudit:
    return memory


class TestInMemoryLedgerBooks(LedgerBooksContract):
    pass
