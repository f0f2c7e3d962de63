"""Parts that the container is made of, by their ports, and what starts and ends them with the process."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from application.ports.answer_book import AnswerBook
from application.ports.audit_trail import AuditTrail
from application.ports.backtest_archive import BacktestArchive, BacktestQueries, IndexQueue
from application.ports.body_store import BodyStore
from application.ports.chat_model import ChatModel
from application.ports.conversation_store import ConversationStore, TurnLog
from application.ports.embedder import Embedder
from application.ports.embedding_cache import EmbeddingCache
from application.ports.index_backlog import IndexBacklog
from application.ports.key_ring import KeyStore
from application.ports.ledger_audit import LedgerAudit
from application.ports.ledger_pruning import LedgerPruning
from application.ports.price_audit import PriceAudit
from application.ports.price_book import PriceBook
from application.ports.probe import Probe
from application.ports.rate_limiter import RateLimiter
from application.ports.report_archive import ReportArchive
from application.ports.revisions import Revisions
from application.ports.rule_book import RuleBook
from application.ports.strategy_archive import StrategyArchive
from application.ports.text_index import TextIndex
from application.ports.token_verifier import TokenVerifier
from application.ports.usage_figures import UsageFigures
from application.ports.usage_ledger import UsageLedger, UsageReport
from application.ports.vector_store import VectorStore


class Stores(Protocol):
    """Every store of one database, how it is, and what opens and closes it."""

    @property
    def archive(self) -> BacktestArchive:
        """Backtests."""

    @property
    def queries(self) -> BacktestQueries:
        """What a search asks of the backtests."""

    @property
    def queue(self) -> IndexQueue:
        """What the indexes have not seen."""

    @property
    def backlog(self) -> IndexBacklog:
        """How far the indexes are behind."""

    @property
    def figures(self) -> UsageFigures:
        """Sums of the book for a monitor."""

    @property
    def ledger(self) -> UsageLedger:
        """The book of calls."""

    @property
    def report(self) -> UsageReport:
        """Sums and rows of the book."""

    @property
    def pruning(self) -> LedgerPruning:
        """Old rows of the book, to be let go."""

    @property
    def books(self) -> LedgerAudit:
        """The book, to be checked."""

    @property
    def bodies(self) -> BodyStore:
        """What was said in calls, where that is kept."""

    @property
    def reckoning(self) -> PriceAudit:
        """The rows of the book, to be reckoned again."""

    @property
    def prices(self) -> PriceBook:
        """What the rows of the book were reckoned with."""

    @property
    def strategies(self) -> StrategyArchive:
        """Built strategies."""

    @property
    def reports(self) -> ReportArchive:
        """Reports on backtests."""

    @property
    def conversations(self) -> ConversationStore:
        """Conversations."""

    @property
    def turns(self) -> TurnLog:
        """What is said in conversations."""

    @property
    def rules(self) -> RuleBook:
        """What was set at run time over the configuration."""

    @property
    def keys(self) -> KeyStore:
        """Who may call."""

    @property
    def audit(self) -> AuditTrail:
        """Who changed what."""

    @property
    def revisions(self) -> Revisions:
        """How often keys and rules were changed."""

    @property
    def cache(self) -> EmbeddingCache:
        """Vectors that were paid for once."""

    @property
    def texts(self) -> TextIndex:
        """The words of cards."""

    @property
    def answers(self) -> AnswerBook:
        """Answers for who asks again."""

    @property
    def probe(self) -> Probe:
        """How the database is."""

    async def start(self) -> None:
        """Ready to be asked."""

    async def close(self) -> None:
        """Nothing is held any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The providers that are configured, by name, and what closes them."""

    chat: dict[str, ChatModel] = field(default_factory=dict)
    embedding: dict[str, Embedder] = field(default_factory=dict)
    closing: list[Callable[[], Awaitable[None]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The models as a part of the service: which providers are configured."""

    models: Models

    async def check(self) -> str:
        """The providers, by what they serve."""
        return f"chat: {', '.join(self.models.chat)}; embeddings: {', '.join(self.models.embedding)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Who verifies tokens of the platform, None where they are not accepted, and what closes it."""

    verifier: TokenVerifier | None = None
    closing: tuple[Callable[[], Awaitable[None]], ...] = ()


class StartedRateLimiter(RateLimiter, Probe, Protocol):
    """A rate limiter that is opened and closed with the service."""

    async def start(self) -> None:
        """Ready to be asked. Raises: StoreUnavailable."""

    async def close(self) -> None:
        """Nothing is held any more."""


class StartedVectorStore(VectorStore, Probe, Protocol):
    """A vector store that is opened and closed with the service."""

    async def start(self) -> None:
        """Ready to be asked."""

    async def close(self) -> None:
        """Nothing is held any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectors:
    """The vector store, and the name of what it holds: another name means that nothing of ours is in it yet."""

    store: StartedVectorStore
    identity: str


def mark_of(folder: Path) -> str:
    """A random name that lives and dies with a folder: an index that was wiped is built anew."""
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / "identity"
    if not mark.exists():
        mark.write_text(secrets.token_hex(8), encoding="utf-8")
    return mark.read_text(encoding="utf-8").strip()
