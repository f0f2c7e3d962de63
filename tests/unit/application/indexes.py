"""An index over fakes that outlives the processes over it: what is stored stays, a process is made anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.memory.analyzer import PlainAnalyzer
from adapters.memory.audit_trail import InMemoryAuditTrail
from adapters.memory.backtest_archive import InMemoryBacktestArchive
from adapters.memory.clock import SettableClock
from adapters.memory.embedder import HashedWordsEmbedder
from adapters.memory.embedding_cache import InMemoryEmbeddingCache
from adapters.memory.governance import HeldGovernance
from adapters.memory.ids import CountingIds
from adapters.memory.index_census import InMemoryIndexCensus
from adapters.memory.index_spaces import InMemoryIndexSpaces
from adapters.memory.rate_limiter import InMemoryRateLimiter
from adapters.memory.revisions import InMemoryRevisions
from adapters.memory.text_index import InMemoryTextIndex
from adapters.memory.tokenizer import WordTokenizer
from adapters.memory.usage_ledger import InMemoryUsageLedger
from adapters.memory.vector_store import InMemoryVectorStore
from adapters.system.signal import LoopSignal
from application.bookkeeping import Book
from application.building import Builds
from application.limiting import Limits
from application.memory import BacktestMemory
from application.meter import Meter
from application.metering import MeteredEmbedder
from application.opening import StoreRoom
from application.ports.embedder import Embedder
from application.ports.vector_stores import OpenedStore
from application.spaces import Spaces
from application.surveying import Survey
from application.switching import SwitchingVectorStore
from application.use_cases.build_index import BuildIndex, BuildStep
from application.use_cases.drop_spaces import DropSpaces
from application.use_cases.index_backtests import IndexBacktests
from application.use_cases.migrate_index import MigrateIndex
from application.use_cases.open_index import OpenedIndex, OpenIndex
from application.use_cases.rebuild_index import RebuildIndex
from application.use_cases.show_index import ShowIndex
from application.use_cases.stop_build import StopBuild
from application.use_cases.verify_index import VerifyIndex
from domain.backtest import Backtest
from domain.budget import BudgetRule
from domain.catalogue import ModelCapability, ModelCatalogue, ModelTier
from domain.errors import Refused, StoreUnavailable, Violation
from domain.governance import Governance
from domain.identity import UserScope
from domain.policy import ServiceModelPolicy, ServicePolicies
from domain.retrieval import SearchRequest
from domain.space import IndexState, StoredSpace
from tests.builders import MOMENT, a_backtest, a_caller, a_model, a_scope, a_tested_strategy

MINA, JUN = a_scope("민아@quant.kr"), a_scope("jun@quant.kr")
NAMES = ("RSI 과매도 반등", "MACD 추세추종", "돈치안 돌파", "볼린저 하단 반등", "골든크로스", "z-score reversion")
SMALL, LARGE = "hashed-256", "hashed-384"
DIMENSIONS = {SMALL: 256, LARGE: 384}
QUESTIONS = ("RSI 반등", "MACD", "돌파 전략", "bollinger 하단", "추세", "reversion")


class FakeDisks:
    """Vector stores by kind that keep what they hold after they were closed; `down` are those that cannot be opened."""

    def __init__(self) -> None:
        self.stores: dict[str, InMemoryVectorStore] = {}
        self.identities: dict[str, str] = {}
        self.opened = 0
        self.down: set[str] = set()

    async def open(self, kind: str, url: str | None) -> OpenedStore:
        if kind == "papyrus":
            raise Refused(Violation(field="store", message="is none"))
        if kind in self.down:
            raise StoreUnavailable("vector store", f"{kind} does not answer")
        self.opened += 1
        store = self.stores.setdefault(kind, InMemoryVectorStore())
        return OpenedStore(store=store, identity=self.identities.setdefault(kind, f"{kind}-1"), kind=kind, url=url)

    def names(self, space: StoredSpace) -> bool:
        return space.kind == "chroma"

    async def size_bytes(self, kind: str, url: str | None) -> int | None:  # noqa: ARG002  # it has no folders
        return 4_096 if kind == "chroma" else None


@dataclass(slots=True, kw_only=True)
class World:
    """What is stored, whichever process is over it."""

    clock: SettableClock = field(default_factory=lambda: SettableClock(MOMENT))
    ids: CountingIds = field(default_factory=CountingIds)
    archive: InMemoryBacktestArchive = field(default_factory=lambda: InMemoryBacktestArchive(ids=CountingIds()))
    trail: InMemoryAuditTrail = field(default_factory=InMemoryAuditTrail)
    revisions: InMemoryRevisions = field(default_factory=InMemoryRevisions)
    cache: InMemoryEmbeddingCache = field(default_factory=InMemoryEmbeddingCache)
    texts: InMemoryTextIndex = field(default_factory=InMemoryTextIndex)
    ledger: InMemoryUsageLedger = field(default_factory=InMemoryUsageLedger)
    disks: FakeDisks = field(default_factory=FakeDisks)
    embedders: dict[str, Embedder] = field(
        default_factory=lambda: {SMALL: HashedWordsEmbedder(), LARGE: HashedWordsEmbedder()}
    )
    _spaces: list[InMemoryIndexSpaces] = field(default_factory=list)

    @property
    def spaces(self) -> InMemoryIndexSpaces:
        if not self._spaces:
            self._spaces.append(InMemoryIndexSpaces(self.archive, revisions=self.revisions, trail=self.trail))
        return self._spaces[0]

    async def record(self, *ids: str, scope: UserScope = MINA) -> None:
        runs = [a_named(each, f"{NAMES[i % len(NAMES)]} {each}") for i, each in enumerate(ids)]
        await self.archive.record(runs, scope=scope, at=self.clock.now())


def a_named(backtest_id: str, name: str) -> Backtest:
    return a_backtest(backtest_id=backtest_id, strategy=a_tested_strategy(name=name))


def some_rules(model_id: str, dimensions: Mapping[str, int], budgets: tuple[BudgetRule, ...]) -> Governance:
    models = tuple(
        a_model(
            model_id=name,
            provider=name,
            capabilities=frozenset({ModelCapability.EMBEDDING}),
            prices=(),
            free=True,
            dimensions=size,
        )
        for name, size in dimensions.items()
    )
    policy = ServiceModelPolicy(
        service="memory",
        defaults=(model_id,),
        tiers=frozenset({ModelTier.MINI}),
        requires=ModelCapability.EMBEDDING,
        max_attempts=1,
    )
    return Governance(
        catalogue=ModelCatalogue(version="test", models=models),
        policies=ServicePolicies(policies=(policy,)),
        budgets=budgets,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process over the world: its settings, and all that it does about the index."""

    world: World
    own: OpenedStore
    spaces: Spaces
    vectors: SwitchingVectorStore
    embedder: MeteredEmbedder
    memory: BacktestMemory
    index: IndexBacktests
    open: OpenIndex
    build: BuildIndex
    found: list[OpenedIndex] = field(default_factory=list)

    @property
    def room(self) -> StoreRoom:
        return StoreRoom(vectors=self.vectors, opener=self.world.disks)

    @property
    def builds(self) -> Builds:
        world = self.world
        return Builds(
            store=world.spaces, building=world.spaces, embedder=self.embedder, clock=world.clock, ids=world.ids
        )

    @property
    def rebuild(self) -> RebuildIndex:
        return RebuildIndex(builds=self.builds, room=self.room)

    @property
    def migrate(self) -> MigrateIndex:
        return MigrateIndex(builds=self.builds, room=self.room)

    @property
    def stop(self) -> StopBuild:
        world = self.world
        return StopBuild(store=world.spaces, building=world.spaces, clock=world.clock, ids=world.ids)

    @property
    def drop(self) -> DropSpaces:
        return DropSpaces(store=self.world.spaces, vectors=self.vectors, clock=self.world.clock)

    @property
    def survey(self) -> Survey:
        world = self.world
        census = InMemoryIndexCensus(world.archive)
        return Survey(census=census, vectors=self.vectors, queries=world.archive, cache=world.cache)

    @property
    def show(self) -> ShowIndex:
        world = self.world
        return ShowIndex(
            spaces=self.spaces,
            report=world.spaces,
            census=InMemoryIndexCensus(world.archive),
            vectors=self.vectors,
            survey=self.survey,
            places=world.disks,
        )

    @property
    def verify(self) -> VerifyIndex:
        world = self.world
        return VerifyIndex(
            spaces=self.spaces,
            survey=self.survey,
            census=InMemoryIndexCensus(world.archive),
            trail=world.trail,
            work=LoopSignal(),
            clock=world.clock,
            ids=world.ids,
        )

    async def state(self) -> IndexState:
        return await self.world.spaces.state()

    async def until_indexed(self) -> None:
        while (await self.index()).taken:
            pass

    async def until_built(self, *, steps: int = 100) -> list[BuildStep]:
        """Steps of the builder until nothing is being built, time passing as it asks for."""
        taken: list[BuildStep] = []
        while (await self.state()).building is not None:
            assert len(taken) < steps, taken[-3:]
            taken.append(await self.build())
            self.world.clock.advance(taken[-1].wait_seconds)
        return taken

    async def answers(self, scope: UserScope = MINA) -> list[list[str]]:
        """What every question finds, in order."""
        caller = a_caller(user_id=scope.user_id)
        found = [
            await self.memory.search(SearchRequest(query=question, top_k=5), caller=caller) for question in QUESTIONS
        ]
        return [[one.backtest.backtest_id for one in answer.results] for answer in found]

    async def held(self, scope: UserScope = MINA) -> int:
        """Cards of the user in the space that answers."""
        return await self.vectors.count(scope=scope, space=self.spaces.serving.name)


async def a_process(  # the settings of a process
    world: World,
    model_id: str = SMALL,
    *,
    kind: str = "chroma",
    former: tuple[str, ...] = (SMALL, LARGE),
    dimensions: Mapping[str, int] = DIMENSIONS,
    budgets: tuple[BudgetRule, ...] = (),
    builder: str = "builder-1",
) -> Process:
    """A process that has started with these settings; of `former` models it has the provider too."""
    governance = HeldGovernance(some_rules(model_id, dimensions, budgets))
    meter = Meter(
        governance=governance, book=Book(ledger=world.ledger, clock=world.clock), clock=world.clock, ids=world.ids
    )
    embedder = MeteredEmbedder(
        meter=meter,
        limits=Limits(limiter=InMemoryRateLimiter(world.clock)),
        providers={model_id: world.embedders[model_id]},
        tokenizer=WordTokenizer(),
        former={name: world.embedders[name] for name in former if name != model_id},
    )
    spaces = Spaces(store=world.spaces)
    vectors = SwitchingVectorStore(spaces=spaces)
    memory = BacktestMemory(
        queries=world.archive,
        vectors=vectors,
        texts=world.texts,
        analyzer=PlainAnalyzer(),
        embedder=embedder,
        cache=world.cache,
        spaces=spaces,
    )
    process = Process(
        world=world,
        own=await world.disks.open(kind, None),
        spaces=spaces,
        vectors=vectors,
        embedder=embedder,
        memory=memory,
        index=IndexBacktests(queue=world.archive, memory=memory, clock=world.clock, ids=world.ids),
        open=OpenIndex(
            store=world.spaces,
            building=world.spaces,
            spaces=spaces,
            queue=world.archive,
            embedder=embedder,
            clock=world.clock,
        ),
        build=BuildIndex(
            building=world.spaces,
            contents=world.spaces,
            memory=memory,
            room=StoreRoom(vectors=vectors, opener=world.disks),
            clock=world.clock,
            ids=world.ids,
            builder=builder,
        ),
    )
    vectors.add(process.own)
    process.found.append(await process.open(process.own))
    return process
