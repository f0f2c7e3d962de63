import pytest

from adapters.sql.database import Database
from adapters.sql.usage_figures import SqlUsageFigures
from adapters.sql.usage_ledger import SqlUsageLedger
from application.ports.usage_figures import UsageFigures
from application.ports.usage_ledger import UsageLedger
from tests.contracts.sql_engines import OnSqlite
from tests.contracts.usage_figures_contract import UsageFiguresContract


class TestSqliteUsageFigures(OnSqlite, UsageFiguresContract):
    @pytest.fixture
    def ledger(self, database: Database) -> UsageLedger:
        return SqlUsageLedger(database)

    @pytest.fixture
    def figures(self, database: Database) -> UsageFigures:
        return SqlUsageFigures(database)
