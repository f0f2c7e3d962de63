"""Every store in memory, as one."""

from adapters.memory.answer_book import InMemoryAnswerBook
from adapters.memory.audit_trail import InMemoryAuditTrail
from adapters.memory.backtest_archive import InMemoryBacktestArchive
from adapters.memory.body_store import InMemoryBodyStore
from adapters.memory.conversation_store import InMemoryConversationStore
from adapters.memory.embedding_cache import InMemoryEmbeddingCache
from adapters.memory.index_census import InMemoryIndexCensus
from adapters.memory.index_spaces import InMemoryIndexSpaces
from adapters.memory.key_ring import InMemoryKeyRing
from adapters.memory.price_audit import InMemoryPriceAudit
from adapters.memory.price_book import InMemoryPriceBook
from adapters.memory.report_archive import InMemoryReportArchive
from adapters.memory.revisions import InMemoryRevisions
from adapters.memory.rule_book import InMemoryRuleBook
from adapters.memory.strategy_archive import InMemoryStrategyArchive
from adapters.memory.text_index import InMemoryTextIndex
from adapters.memory.usage_ledger import InMemoryUsageLedger
from adapters.memory.user_eraser import InMemoryUserEraser
from application.ports.system import Ids


class InMemoryStores:
    """The adapters of every storage port, gone with the process."""

    def __init__(self, *, ids: Ids) -> None:
        self.probe = self.archive = self.queries = self.queue = self.backlog = InMemoryBacktestArchive(ids=ids)
        self.outliving = self.archive
        self.ledger = self.report = self.figures = self.pruning = self.books = InMemoryUsageLedger()
        self.bodies = InMemoryBodyStore()
        self.prices = InMemoryPriceBook()
        self.reckoning = InMemoryPriceAudit(self.ledger, self.prices)
        self.strategies = InMemoryStrategyArchive()
        self.reports = InMemoryReportArchive()
        self.conversations = self.turns = InMemoryConversationStore()
        self.audit = InMemoryAuditTrail()
        self.revisions = InMemoryRevisions()
        self.spaces = self.building = self.contents = self.build_report = InMemoryIndexSpaces(
            self.archive, revisions=self.revisions, trail=self.audit
        )
        self.census = InMemoryIndexCensus(self.archive)
        self.rules = InMemoryRuleBook(self.audit, self.revisions)
        self.keys = InMemoryKeyRing(self.audit, self.revisions)
        self.cache = InMemoryEmbeddingCache()
        self.texts = InMemoryTextIndex()
        self.answers = InMemoryAnswerBook()
        self.backups = None
        self.eraser = InMemoryUserEraser(
            self.audit,
            self.revisions,
            self.ledger,
            self.rules,
            holders=(
                self.archive, self.strategies, self.reports, self.conversations, self.keys, self.cache, self.answers,
                self.bodies, self.texts, self.spaces,
            ),
        )  # fmt: skip

    async def start(self) -> None:
        """Ready to be asked; they always are."""

    async def close(self) -> None:
        """What is held stays until the object goes."""
