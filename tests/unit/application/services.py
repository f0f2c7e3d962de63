"""The application over fakes: one object that holds every port, so that a test can look at what came to pass."""

import asyncio
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from adapters.files.prompt_library import FilePromptLibrary
from adapters.memory.analyzer import PlainAnalyzer
from adapters.memory.audit_trail import InMemoryAuditTrail
from adapters.memory.backtest_archive import InMemoryBacktestArchive
from adapters.memory.chat_model import Scripted, ScriptedChatModel
from adapters.memory.clock import SettableClock
from adapters.memory.conversation_store import InMemoryConversationStore
from adapters.memory.embedder import HashedWordsEmbedder
from adapters.memory.embedding_cache import InMemoryEmbeddingCache
from adapters.memory.governance import HeldGovernance
from adapters.memory.ids import CountingIds
from adapters.memory.index_spaces import InMemoryIndexSpaces
from adapters.memory.key_ring import InMemoryKeyRing
from adapters.memory.rate_limiter import InMemoryRateLimiter
from adapters.memory.report_archive import InMemoryReportArchive
from adapters.memory.revisions import InMemoryRevisions
from adapters.memory.strategy_archive import InMemoryStrategyArchive
from adapters.memory.text_index import InMemoryTextIndex
from adapters.memory.tokenizer import WordTokenizer
from adapters.memory.usage_ledger import InMemoryUsageLedger
from adapters.memory.vector_store import InMemoryVectorStore
from adapters.system.signal import LoopSignal
from application.bookkeeping import Book
from application.designing import StrategyDesigner
from application.limiting import Limits
from application.memory import BacktestMemory
from application.meter import Meter
from application.metering import MeteredChatModel, MeteredEmbedder
from application.ports.embedder import Embedder
from application.spaces import Spaces
from application.use_cases.build_strategy import BuildStrategy
from application.use_cases.index_backtests import IndexBacktests, Paid
from application.use_cases.record_backtests import RecordBacktests
from domain.budget import BudgetRule
from domain.catalogue import ModelCapability, ModelCatalogue, ModelTier
from domain.governance import Governance
from domain.policy import ServiceModelPolicy, ServicePolicies
from domain.rate_limit import RateRule
from domain.space import IndexState, Space, StoredSpace
from domain.usage import UsageEntry, UsageFilter
from tests.builders import MOMENT, a_model

CHAT = ModelCapability.CHAT
DESIGNER = a_model()
DEAR = a_model(
    model_id="gpt-4o",
    tier=ModelTier.STANDARD,
    capabilities=frozenset({CHAT, ModelCapability.STREAMING, ModelCapability.JSON_SCHEMA}),
)
PREMIUM = a_model(model_id="o1-preview", tier=ModelTier.PREMIUM, supports_rag=False)
WRITER = a_model(
    model_id="small-writer",
    provider="local",
    capabilities=frozenset({CHAT, ModelCapability.JSON_SCHEMA}),
    prices=(),
    free=True,
    languages=("en",),
    in_process=True,
    context_window=2_048,
    max_output_tokens=512,
)
EMBEDDING = a_model(
    model_id="hashed-words",
    provider="memory",
    capabilities=frozenset({ModelCapability.EMBEDDING}),
    prices=(),
    free=True,
    dimensions=256,
)
HASHED = StoredSpace(space=Space(model_id="hashed-words"), store="memory", dimensions=256)
MINI_AND_STANDARD = frozenset({ModelTier.MINI, ModelTier.STANDARD})


def some_governance(*budgets: BudgetRule, rate_limits: tuple[RateRule, ...] = ()) -> Governance:
    return Governance(
        catalogue=ModelCatalogue(version="test", models=(DESIGNER, DEAR, PREMIUM, WRITER, EMBEDDING)),
        policies=ServicePolicies(
            policies=(
                ServiceModelPolicy(
                    service="strategy_builder", defaults=("gpt-4o-mini", "small-writer"), tiers=MINI_AND_STANDARD
                ),
                ServiceModelPolicy(
                    service="narrative_report",
                    defaults=("gpt-4o-mini", "small-writer"),
                    tiers=MINI_AND_STANDARD,
                    models=frozenset({"o1-preview"}),
                ),
                ServiceModelPolicy(
                    service="chatops", defaults=("gpt-4o", "small-writer"), tiers=MINI_AND_STANDARD, max_attempts=3
                ),
                ServiceModelPolicy(
                    service="memory",
                    defaults=("hashed-words",),
                    tiers=frozenset({ModelTier.MINI}),
                    requires=ModelCapability.EMBEDDING,
                ),
            )
        ),
        budgets=budgets,
        rate_limits=rate_limits,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Every port in memory, and the parts of the application that most tests need."""

    governance: HeldGovernance
    chat: dict[str, ScriptedChatModel]
    embedders: dict[str, Embedder]
    clock: SettableClock
    limits: Limits
    ids: CountingIds = field(default_factory=CountingIds)
    ledger: InMemoryUsageLedger = field(default_factory=InMemoryUsageLedger)
    archive: InMemoryBacktestArchive = field(default_factory=lambda: InMemoryBacktestArchive(ids=CountingIds()))
    strategies: InMemoryStrategyArchive = field(default_factory=InMemoryStrategyArchive)
    reports: InMemoryReportArchive = field(default_factory=InMemoryReportArchive)
    conversations: InMemoryConversationStore = field(default_factory=InMemoryConversationStore)
    vectors: InMemoryVectorStore = field(default_factory=InMemoryVectorStore)
    texts: InMemoryTextIndex = field(default_factory=InMemoryTextIndex)
    cache: InMemoryEmbeddingCache = field(default_factory=InMemoryEmbeddingCache)
    keys: InMemoryKeyRing = field(default_factory=lambda: InMemoryKeyRing(InMemoryAuditTrail(), InMemoryRevisions()))
    work: LoopSignal = field(default_factory=LoopSignal)
    under_way: set[asyncio.Task[Any]] = field(default_factory=set)
    paid: Paid = field(default_factory=Paid)

    @property
    def book(self) -> Book:
        return Book(ledger=self.ledger, clock=self.clock, under_way=self.under_way)

    @property
    def meter(self) -> Meter:
        return Meter(governance=self.governance, book=self.book, clock=self.clock, ids=self.ids)

    @property
    def models(self) -> MeteredChatModel:
        return MeteredChatModel(meter=self.meter, limits=self.limits, providers=self.chat, tokenizer=WordTokenizer())

    @property
    def embedder(self) -> MeteredEmbedder:
        return MeteredEmbedder(
            meter=self.meter, limits=self.limits, providers=self.embedders, tokenizer=WordTokenizer()
        )

    @property
    def memory(self) -> BacktestMemory:
        state = IndexState(serving=HASHED)
        store = InMemoryIndexSpaces(
            self.archive, revisions=InMemoryRevisions(), trail=InMemoryAuditTrail(), state=state
        )
        spaces = Spaces(store=store, held=state)
        return BacktestMemory(
            queries=self.archive,
            vectors=self.vectors,
            texts=self.texts,
            analyzer=PlainAnalyzer(),
            embedder=self.embedder,
            cache=self.cache,
            spaces=spaces,
        )

    @property
    def record(self) -> RecordBacktests:
        return RecordBacktests(archive=self.archive, clock=self.clock, work=self.work)

    @property
    def index(self) -> IndexBacktests:
        return IndexBacktests(queue=self.archive, memory=self.memory, clock=self.clock, ids=self.ids, paid=self.paid)

    @property
    def design(self) -> StrategyDesigner:
        return StrategyDesigner(models=self.models, prompts=FilePromptLibrary())

    @property
    def build(self) -> BuildStrategy:
        return BuildStrategy(
            models=self.models,
            memory=self.memory,
            design=self.design,
            archive=self.strategies,
            clock=self.clock,
            ids=self.ids,
        )

    async def entries(self) -> list[UsageEntry]:
        """The ledger's rows, oldest first."""
        page = await self.ledger.entries(UsageFilter(), limit=1_000)
        return list(reversed(page.items))

    async def spent(self) -> Decimal:
        """What the ledger says was spent."""
        return sum((entry.cost_usd for entry in await self.entries()), Decimal(0))


def a_service(
    *script: Scripted,
    provider: str = "openai",
    budgets: tuple[BudgetRule, ...] = (),
    rate_limits: tuple[RateRule, ...] = (),
) -> Service:
    """A service whose one chat provider plays the script."""
    clock = SettableClock(MOMENT)
    return Service(
        clock=clock,
        limits=Limits(limiter=InMemoryRateLimiter(clock)),
        governance=HeldGovernance(some_governance(*budgets, rate_limits=rate_limits)),
        chat={provider: ScriptedChatModel(*script)},
        embedders={"memory": HashedWordsEmbedder()},
    )


def with_embedder(service: Service, embedder: Embedder) -> Service:
    """The same service with another embedding provider."""
    return replace(service, embedders={"memory": embedder})
