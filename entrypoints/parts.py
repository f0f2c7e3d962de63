"""Parts that the container is made of, by their ports, and what starts and ends them with the process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from application.ports.answer_book import AnswerBook
from application.ports.audit_trail import AuditTrail
from application.ports.backtest_archive import BacktestArchive, BacktestQueries, IndexQueue
from application.ports.backtest_pruning import BacktestPruning
from application.ports.backups import Backups
from application.ports.body_store import BodyStore
from application.ports.chat_model import ChatModel
from application.ports.conversation_store import ConversationStore, TurnLog
from application.ports.embedder import Embedder
from application.ports.embedding_cache import EmbeddingCache
from application.ports.index_backlog import IndexBacklog
from application.ports.index_building import BuildReport, IndexBuilding, IndexContents
from application.ports.index_census import IndexCensus
from application.ports.index_spaces import IndexSpaces
from application.ports.key_ring import KeyStore
from application.ports.ledger_audit import LedgerAudit
from application.ports.ledger_pruning import LedgerPruning
from application.ports.price_audit import PriceAudit
from application.ports.price_book import PriceBook
from application.ports.probe import Probe
from application.ports.rate_limiter import RateForgetter, RateLimiter
from application.ports.report_archive import ReportArchive
from application.ports.revisions import Revisions
from application.ports.rule_book import RuleBook
from application.ports.strategy_archive import StrategyArchive
from application.ports.text_index import TextIndex
from application.ports.token_verifier import TokenVerifier
from application.ports.usage_figures import UsageFigures
from application.ports.usage_ledger import UsageLedger, UsageReport
from application.ports.user_eraser import UserEraser
from application.ports.vector_store import VectorStore, VectorStoreUpkeep
from application.spaces import Spaces


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
    def spaces(self) -> IndexSpaces:
        """Which space of the index answers."""

    @property
    def building(self) -> IndexBuilding:
        """What begins and ends the building of a space."""

    @property
    def contents(self) -> IndexContents:
        """What is in the space that is being built."""

    @property
    def build_report(self) -> BuildReport:
        """How far it is."""

    @property
    def census(self) -> IndexCensus:
        """The archive as the index is held against it."""

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
    def outliving(self) -> BacktestPruning:
        """Old backtests, to be let go."""

    @property
    def eraser(self) -> UserEraser:
        """All of a user, removed."""

    @property
    def backups(self) -> Backups | None:
        """Copies of the whole database; None where nothing lasts."""

    @property
    def probe(self) -> Probe:
        """How the database is."""

    async def start(self) -> None:
        """Ready to be asked."""

    async def close(self) -> None:
        """Nothing is held any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The providers that are configured, by name, and what closes them.

    Those of `former` answer for an index that was made with them, and for nothing else.
    """

    chat: dict[str, ChatModel] = field(default_factory=dict)
    embedding: dict[str, Embedder] = field(default_factory=dict)
    former: dict[str, Embedder] = field(default_factory=dict)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """The index as a part of the service: the space that answers, and the one that is being built."""

    spaces: Spaces

    async def check(self) -> str:
        """Their names. Raises: StoreUnavailable."""
        building = self.spaces.held.building
        beside = "" if building is None else f"; {building.space.name} is being built ({building.reason.value})"
        return f"{self.spaces.serving.name} answers{beside}"


class StartedRateLimiter(RateLimiter, RateForgetter, Probe, Protocol):
    """A rate limiter that is opened and closed with the service."""

    async def start(self) -> None:
        """Ready to be asked. Raises: StoreUnavailable."""

    async def close(self) -> None:
        """Nothing is held any more."""


class StartedVectorStore(VectorStore, VectorStoreUpkeep, Probe, Protocol):
    """A vector store that is opened and closed with the service."""

    @property
    def identity(self) -> str:
        """A random name that lives and dies with what is stored; known once it was started."""

    async def start(self) -> None:
        """Ready to be asked."""

    async def close(self) -> None:
        """Nothing is held any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectors:
    """The vector store, and the name of what it holds: another name means that nothing of ours is in it yet."""

    store: StartedVectorStore

    @property
    def identity(self) -> str:
        """Known once the store was started."""
        return self.store.identity
