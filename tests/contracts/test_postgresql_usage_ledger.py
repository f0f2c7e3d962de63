import pytest

from adapters.sql.database import Database
from adapters.sql.usage_ledger import SqlUsageLedger
from adapters.sql.usage_report import SqlUsageReport
from application.ports.usage_ledger import UsageLedger, UsageReport
from tests.contracts.sql_engines import OnPostgresql
from tests.contracts.usage_ledger_contract import UsageLedgerContract
from tests.contracts.usage_report_contract import UsageReportContract


@pytest.fixture
def ledger(database: Database) -> UsageLedger:
    return SqlUsageLedger(database)


@pytest.fixture
def report(database: Database) -> UsageReport:
    return SqlUsageReport(database)


class TestPostgresqlUsageLedger(OnPostgresql, UsageLedgerContract):
    pass


class TestPostgresqlUsageReport(OnPostgresql, UsageReportContract):
    pass
