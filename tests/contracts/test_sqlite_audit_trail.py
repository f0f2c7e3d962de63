import pytest

from adapters.sql.audit_trail import SqlAuditTrail
from adapters.sql.database import Database
from application.ports.audit_trail import AuditTrail
from tests.contracts.audit_trail_contract import AuditTrailContract
from tests.contracts.sql_engines import OnSqlite


class TestSqliteAuditTrail(OnSqlite, AuditTrailContract):
    @pytest.fixture
    def trail(self, database: Database) -> AuditTrail:
        return SqlAuditTrail(database)
