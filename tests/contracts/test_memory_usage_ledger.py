import pytest

from adapters.memory.usage_ledger import InMemoryUsageLedger
from application.ports.usage_ledger import UsageLedger, UsageReport
from tests.contracts.usage_ledger_contract import UsageLedgerContract
from tests.contracts.usage_report_contract import UsageReportContract


@pytest.fixture
def memory() -> InMemoryUsageLedger:
    return InMemoryUsageLedger()


@pytest.fixture
def ledger(memory: InMemoryUsageLedger) -> UsageLedger:
    return memory


@pytest.fixture
def report(memory: InMemoryUsageLedger) -> UsageReport:
    return memory


class TestInMemoryUsageLedger(UsageLedgerContract):
    pass


class TestInMemoryUsageReport(UsageReportContract):
    pass
