import pytest

from adapters.sql.database import Database
from adapters.sql.ledger_audit import SqlLedgerAudit
from adapters.sql.pruning import SqlLedgerPruning
from adapters.sql.usage_figures import SqlUsageFigures
from adapters.sql.usage_ledger import SqlUsageLedger
from adapters.sql.usage_report import SqlUsageReport
from application.ports.ledger_audit import LedgerAudit
from application.ports.ledger_pruning import LedgerPruning
from application.ports.usage_figures import UsageFigures
from application.ports.usage_ledger import UsageLedger, UsageReport
from tests.contracts.ledger_books_contract import LedgerBooksContract
from tests.contracts.sql_engines import OnPostgresql


@pytest.fixture
def ledger(database: Database) -> UsageLedger:
    return SqlUsageLedger(database)


@pytest.fixture
def report(database: Database) -> UsageReport:
    return SqlUsageReport(database)


@pytest.fixture
def figures(database: Database) -> UsageFigures:
    return SqlUsageFigures(database)


@pytest.fixture
def pruning(database: Database) -> LedgerPruning:
    return SqlLedgerPruning(database)


@pytest.fixture
def books(database: Database) -> LedgerAudit:
    return SqlLedgerAudit(database)


class TestPostgresqlLedgerBooks(OnPostgresql, LedgerBooksContract):
    pass
