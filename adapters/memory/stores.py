"""Every store in memory, as one."""

from adapters.memory.audit_trail import InMemoryAuditTrail
from adapters.memory.backtest_archive import InMemoryBacktestArchive
from adapters.memory.conversation_store import InMemoryConversationStore
from adapters.memory.embedding_cache import InMemoryEmbeddingCache
from adapters.memory.key_ring import InMemoryKeyRing
from adapters.memory.report_archive import InMemoryReportArchive
from adapters.memory.revisions import InMemoryRevisions
from adapters.memory.strategy_archive import InMemoryStrategyArchive
from adapters.memory.usage_ledger import InMemoryUsageLedger
from application.ports.system import Ids


class InMemoryStores:
    """The adapters of every storage port, gone with the process."""

    def __init__(self, *, ids: Ids) -> None:
        self.probe = self.archive = self.queries = self.queue = self.backlog = InMemoryBacktestArchive(ids=ids)
        self.ledger = self.report = self.figures = self.pruning = self.books = InMemoryUsageLedger()
        self.strategies = InMemoryStrategyArchive()
        self.reports = InMemoryReportArchive()
        self.conversations = self.turns = InMemoryConversationStore()
        self.audit = InMemoryAuditTrail()
        self.revisions = InMemoryRevisions()
        self.keys = InMemoryKeyRing(self.audit, self.revisions)
        self.cache = InMemoryEmbeddingCache()

    async def start(self) -> None:
        """Ready to be asked; they always are."""

    async def close(self) -> None:
        """What is held stays until the object goes."""
