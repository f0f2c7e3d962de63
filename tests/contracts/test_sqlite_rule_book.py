import pytest

from adapters.sql.audit_trail import SqlAuditTrail
from adapters.sql.database import Database
from adapters.sql.revisions import SqlRevisions
from adapters.sql.rule_book import SqlRuleBook
from application.ports.audit_trail import AuditTrail
from application.ports.revisions import Revisions
from application.ports.rule_book import RuleBook
from tests.contracts.rule_book_contract import RuleBookContract
from tests.contracts.sql_engines import OnSqlite


class TestSqliteRuleBook(OnSqlite, RuleBookContract):
    @pytest.fixture
    def book(self, database: Database) -> RuleBook:
        return SqlRuleBook(database)

    @pytest.fixture
    def trail(self, database: Database) -> AuditTrail:
        return SqlAuditTrail(database)

    @pytest.fixture
    def revisions(self, database: Database) -> Revisions:
        return SqlRevisions(database)
