"""Every store of one SQL database, and what opens and closes it."""

from adapters.sql.answer_book import SqlAnswerBook
from adapters.sql.audit_trail import SqlAuditTrail
from adapters.sql.backtest_archive import SqlBacktestArchive
from adapters.sql.backtest_pruning import SqlBacktestPruning
from adapters.sql.backups import SqlBackups
from adapters.sql.body_store import SqlBodyStore
from adapters.sql.conversation_store import SqlConversationStore
from adapters.sql.database import Database
from adapters.sql.embedding_cache import SqlEmbeddingCache
from adapters.sql.index_building import SqlIndexBuilding
from adapters.sql.index_census import SqlIndexCensus
from adapters.sql.index_contents import SqlIndexContents
from adapters.sql.index_queue import SqlIndexQueue
from adapters.sql.index_spaces import SqlIndexSpaces
from adapters.sql.key_ring import SqlKeyRing
from adapters.sql.ledger_audit import SqlLedgerAudit
from adapters.sql.price_audit import SqlPriceAudit
from adapters.sql.price_book import SqlPriceBook
from adapters.sql.pruning import SqlLedgerPruning
from adapters.sql.report_archive import SqlReportArchive
from adapters.sql.revisions import SqlRevisions
from adapters.sql.rule_book import SqlRuleBook
from adapters.sql.strategy_archive import SqlStrategyArchive
from adapters.sql.text_index import SqlTextIndex
from adapters.sql.usage_figures import SqlUsageFigures
from adapters.sql.usage_ledger import SqlUsageLedger
from adapters.sql.usage_report import SqlUsageReport
from adapters.sql.user_eraser import SqlUserEraser
from application.ports.system import Ids


class SqlStores:
    """The adapters of every storage port over one database. Raises: ConfigurationError, for a URL that is none."""

    def __init__(self, url: str, *, ids: Ids) -> None:  # noqa: PLR0915  # a line a store
        database = Database(url)
        self.probe = database
        self.archive = self.queries = SqlBacktestArchive(database, ids=ids)
        self.queue = self.backlog = SqlIndexQueue(database, ids=ids)
        self.ledger = SqlUsageLedger(database)
        self.report = SqlUsageReport(database)
        self.figures = SqlUsageFigures(database)
        self.pruning = SqlLedgerPruning(database)
        self.books = SqlLedgerAudit(database)
        self.bodies = SqlBodyStore(database)
        self.prices = SqlPriceBook(database)
        self.reckoning = SqlPriceAudit(database)
        self.strategies = SqlStrategyArchive(database)
        self.reports = SqlReportArchive(database)
        self.conversations = self.turns = SqlConversationStore(database)
        self.keys = SqlKeyRing(database)
        self.audit = SqlAuditTrail(database)
        self.revisions = SqlRevisions(database)
        self.spaces = SqlIndexSpaces(database, ids=ids)
        self.building = SqlIndexBuilding(database, ids=ids)
        self.contents = self.build_report = SqlIndexContents(database)
        self.census = SqlIndexCensus(database, ids=ids)
        self.rules = SqlRuleBook(database)
        self.cache = SqlEmbeddingCache(database)
        self.texts = SqlTextIndex(database)
        self.answers = SqlAnswerBook(database)
        self.outliving = SqlBacktestPruning(database, ids=ids)
        self.eraser = SqlUserEraser(database)
        self.backups = SqlBackups(database)

    async def start(self) -> None:
        """The schema is that of this code. Raises: ConfigurationError, StoreUnavailable."""
        await self.probe.start()

    async def close(self) -> None:
        """What the ledger was asked for is committed, and no connection is open any more."""
        await self.ledger.close()
        await self.probe.close()
