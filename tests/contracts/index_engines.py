"""All that an index is held in, over one empty state: in memory, or in SQL."""

import pytest

from adapters.memory.audit_trail import InMemoryAuditTrail
from adapters.memory.backtest_archive import InMemoryBacktestArchive
from adapters.memory.ids import CountingIds
from adapters.memory.index_census import InMemoryIndexCensus
from adapters.memory.index_spaces import InMemoryIndexSpaces
from adapters.memory.revisions import InMemoryRevisions
from adapters.sql.audit_trail import SqlAuditTrail
from adapters.sql.backtest_archive import SqlBacktestArchive
from adapters.sql.database import Database
from adapters.sql.index_building import SqlIndexBuilding
from adapters.sql.index_census import SqlIndexCensus
from adapters.sql.index_contents import SqlIndexContents
from adapters.sql.index_queue import SqlIndexQueue
from adapters.sql.index_spaces import SqlIndexSpaces
from adapters.sql.revisions import SqlRevisions
from application.ports.audit_trail import AuditTrail
from application.ports.backtest_archive import BacktestArchive, IndexQueue
from application.ports.index_building import BuildReport, IndexBuilding, IndexContents
from application.ports.index_census import IndexCensus
from application.ports.index_spaces import IndexSpaces
from application.ports.revisions import Revisions
from application.ports.system import Ids


class IndexInMemory:
    """The fixtures of the contracts on the index, each declared as its port."""

    @pytest.fixture
    def memory(self) -> InMemoryBacktestArchive:
        return InMemoryBacktestArchive(ids=CountingIds())

    @pytest.fixture
    def counted(self) -> InMemoryRevisions:
        return InMemoryRevisions()

    @pytest.fixture
    def noted(self) -> InMemoryAuditTrail:
        return InMemoryAuditTrail()

    @pytest.fixture
    def whole(
        self, memory: InMemoryBacktestArchive, counted: InMemoryRevisions, noted: InMemoryAuditTrail
    ) -> InMemoryIndexSpaces:
        return InMemoryIndexSpaces(memory, revisions=counted, trail=noted)

    @pytest.fixture
    def archive(self, memory: InMemoryBacktestArchive) -> BacktestArchive:
        return memory

    @pytest.fixture
    def queue(self, memory: InMemoryBacktestArchive) -> IndexQueue:
        return memory

    @pytest.fixture
    def revisions(self, counted: InMemoryRevisions) -> Revisions:
        return counted

    @pytest.fixture
    def trail(self, noted: InMemoryAuditTrail) -> AuditTrail:
        return noted

    @pytest.fixture
    def spaces(self, whole: InMemoryIndexSpaces) -> IndexSpaces:
        return whole

    @pytest.fixture
    def building(self, whole: InMemoryIndexSpaces) -> IndexBuilding:
        return whole

    @pytest.fixture
    def contents(self, whole: InMemoryIndexSpaces) -> IndexContents:
        return whole

    @pytest.fixture
    def report(self, whole: InMemoryIndexSpaces) -> BuildReport:
        return whole

    @pytest.fixture
    def census(self, memory: InMemoryBacktestArchive) -> IndexCensus:
        return InMemoryIndexCensus(memory)


class IndexInSql:
    """The same over the fixture `database`."""

    @pytest.fixture
    def ids(self) -> Ids:
        return CountingIds()

    @pytest.fixture
    def archive(self, database: Database, ids: Ids) -> BacktestArchive:
        return SqlBacktestArchive(database, ids=ids)

    @pytest.fixture
    def queue(self, database: Database, ids: Ids) -> IndexQueue:
        return SqlIndexQueue(database, ids=ids)

    @pytest.fixture
    def revisions(self, database: Database) -> Revisions:
        return SqlRevisions(database)

    @pytest.fixture
    def trail(self, database: Database) -> AuditTrail:
        return SqlAuditTrail(database)

    @pytest.fixture
    def spaces(self, database: Database, ids: Ids) -> IndexSpaces:
        return SqlIndexSpaces(database, ids=ids)

    @pytest.fixture
    def building(self, database: Database, ids: Ids) -> IndexBuilding:
        return SqlIndexBuilding(database, ids=ids)

    @pytest.fixture
    def contents(self, database: Database) -> IndexContents:
        return SqlIndexContents(database)

    @pytest.fixture
    def report(self, database: Database) -> BuildReport:
        return SqlIndexContents(database)

    @pytest.fixture
    def census(self, database: Database, ids: Ids) -> IndexCensus:
        return SqlIndexCensus(database, ids=ids)
