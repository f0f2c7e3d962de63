import pytest

from adapters.sql.audit_trail import SqlAuditTrail
from adapters.sql.database import Database
from adapters.sql.key_ring import SqlKeyRing
from adapters.sql.revisions import SqlRevisions
from application.ports.audit_trail import AuditTrail
from application.ports.key_ring import KeyIndex, KeyRing
from application.ports.revisions import Revisions
from tests.contracts.key_ring_contract import KeyRingContract
from tests.contracts.sql_engines import OnPostgresql


class TestPostgresqlKeyRing(OnPostgresql, KeyRingContract):
    @pytest.fixture
    def ring(self, database: Database) -> KeyRing:
        return SqlKeyRing(database)

    @pytest.fixture
    def index(self, database: Database) -> KeyIndex:
        return SqlKeyRing(database)

    @pytest.fixture
    def trail(self, database: Database) -> AuditTrail:
        return SqlAuditTrail(database)

    @pytest.fixture
    def revisions(self, database: Database) -> Revisions:
        return SqlRevisions(database)
