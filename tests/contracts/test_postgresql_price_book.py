import pytest

from adapters.sql.database import Database
from adapters.sql.price_audit import SqlPriceAudit
from adapters.sql.price_book import SqlPriceBook
from adapters.sql.usage_ledger import SqlUsageLedger
from adapters.sql.usage_report import SqlUsageReport
from application.ports.price_audit import PriceAudit
from application.ports.price_book import PriceBook
from application.ports.usage_ledger import UsageLedger, UsageReport
from tests.contracts.price_book_contract import PriceBookContract
from tests.contracts.sql_engines import OnPostgresql


class TestPostgresqlPriceBook(OnPostgresql, PriceBookContract):
    @pytest.fixture
    def book(self, database: Database) -> PriceBook:
        return SqlPriceBook(database)

    @pytest.fixture
    def ledger(self, database: Database) -> UsageLedger:
        return SqlUsageLedger(database)

    @pytest.fixture
    def report(self, database: Database) -> UsageReport:
        return SqlUsageReport(database)

    @pytest.fixture
    def reckoning(self, database: Database) -> PriceAudit:
        return SqlPriceAudit(database)
