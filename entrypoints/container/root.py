"""Every part and every use case, put together."""

from dependency_injector import containers, providers

from adapters.files.configuration import FileConfiguration
from adapters.files.prices import GenaiPrices
from adapters.files.prompt_library import FilePromptLibrary
from adapters.kiwi.analyzer import KiwiAnalyzer
from adapters.memory.governance import HeldGovernance
from adapters.system.clock import SystemClock
from adapters.system.ids import TimeOrderedIds
from adapters.system.signal import LoopSignal
from adapters.tokens.tokenizer import BpeTokenizer
from application.answering_once import AnsweringOnce
from application.bodies import BodyDesk, OverheardLedger
from application.bookkeeping import Book
from application.chatting import ChatAnswerer
from application.comparing import ComparisonTeller
from application.designing import StrategyDesigner
from application.doors import UserDoors
from application.limiting import Limits
from application.memory import BacktestMemory
from application.meter import Meter
from application.metering import MeteredChatModel, MeteredEmbedder
from application.ports.probe import Probe
from application.remembered_keys import RememberedKeys
from application.reporting import ReportWriter
from application.ruling import Ruling
from application.spaces import Spaces
from application.switching import SwitchingVectorStore
from application.taking_turns import TurnTaking
from application.totals import LedgerTotals
from application.use_cases.browse_audit import BrowseAudit
from application.use_cases.browse_conversations import BrowseConversations
from application.use_cases.browse_reports import BrowseReports
from application.use_cases.browse_strategies import BrowseStrategies
from application.use_cases.build_strategy import BuildStrategy
from application.use_cases.chat import Chat
from application.use_cases.check_readiness import CheckReadiness
from application.use_cases.compare_backtests import CompareBacktests
from application.use_cases.delete_backtest import DeleteBacktest
from application.use_cases.delete_conversation import DeleteConversation
from application.use_cases.forget_answers import ForgetAnswers
from application.use_cases.index_backtests import IndexBacktests
from application.use_cases.list_backtests import ListBacktests
from application.use_cases.list_models import ListModels
from application.use_cases.measure_service import MeasureService
from application.use_cases.open_conversation import OpenConversation
from application.use_cases.record_backtests import RecordBacktests
from application.use_cases.search_backtests import SearchBacktests
from application.use_cases.show_backtest import ShowBacktest
from application.use_cases.write_report import WriteReport
from application.watching import Watch
from entrypoints.container.callers import build_limiter, build_tokens
from entrypoints.container.gateway import GatewayUseCases
from entrypoints.container.index import IndexUseCases
from entrypoints.container.keeping import KeepingUseCases
from entrypoints.container.keys import KeyUseCases
from entrypoints.container.ledger import LedgerUseCases
from entrypoints.container.models import build_models
from entrypoints.container.rules import RuleUseCases
from entrypoints.container.stores import build_stores, build_vectors
from entrypoints.observed_ledger import ObservedLedger
from entrypoints.parts import Answering, Models, Served, StartedRateLimiter, Stores
from entrypoints.settings import Settings


def _parts(  # noqa: PLR0917  # what a service is made of
    stores: Stores, vectors: SwitchingVectorStore, models: Models, limiter: StartedRateLimiter, settings: Settings
) -> dict[str, Probe]:
    parts: dict[str, Probe] = {
        "database": stores.probe,
        "vector_store": vectors,
        "index": Answering(spaces=vectors.spaces),
        "models": Served(models=models),
    }
    return parts if settings.valkey_url is None else {**parts, "rate_limits": limiter}


def _configuration(settings: Settings) -> FileConfiguration:
    return FileConfiguration(
        path=settings.config,
        daily_tokens=settings.daily_tokens,
        daily_tokens_timezone=settings.daily_tokens_timezone,
    )


def _governance(source: FileConfiguration) -> HeldGovernance:
    return HeldGovernance(source.read())


def _ruling(held: HeldGovernance, stores: Stores) -> Ruling:
    return Ruling(held=held, book=stores.rules, prices=stores.prices, written=held.current())


class Container(containers.DeclarativeContainer):
    """Every part once, and every use case over them."""

    settings = providers.Dependency(instance_of=Settings)
    local_token: providers.Object[str | None] = providers.Object(None)

    clock = providers.Singleton(SystemClock)
    ids = providers.Singleton(TimeOrderedIds)
    work = providers.Singleton(LoopSignal)
    configuration = providers.Singleton(_configuration, settings)
    governance = providers.Singleton(_governance, configuration)
    prompts = providers.Singleton(FilePromptLibrary)
    tokenizer = providers.Singleton(BpeTokenizer)
    analyzer = providers.Singleton(KiwiAnalyzer)
    stores = providers.Singleton(build_stores, settings, ids)
    model_providers = providers.Singleton(build_models, settings)
    vectors = providers.Singleton(build_vectors, settings)

    doors = providers.Singleton(UserDoors)
    watch = providers.Singleton(Watch, revisions=stores.provided.revisions, clock=clock)
    keys = providers.Singleton(RememberedKeys, store=stores.provided.keys, watch=watch)
    body_work = providers.Singleton(LoopSignal)
    bodies = providers.Singleton(BodyDesk, governance=governance, work=body_work)
    overheard = providers.Singleton(OverheardLedger, ledger=stores.provided.ledger, desk=bodies)
    counting = providers.Singleton(LoopSignal)
    ledger = providers.Singleton(ObservedLedger, ledger=overheard, counting=counting)
    book = providers.Singleton(Book, ledger=ledger, clock=clock)
    meter = providers.Singleton(Meter, governance=governance, book=book, clock=clock, ids=ids)
    limiter = providers.Singleton(build_limiter, settings, clock)
    limits = providers.Singleton(Limits, limiter=limiter)
    models = providers.Singleton(
        MeteredChatModel,
        meter=meter,
        limits=limits,
        providers=model_providers.provided.chat,
        tokenizer=tokenizer,
        bodies=bodies,
    )
    gateway = providers.Container(
        GatewayUseCases, models=model_providers, meter=meter, limits=limits, tokenizer=tokenizer, clock=clock, ids=ids
    )
    embedder = providers.Singleton(
        MeteredEmbedder,
        meter=meter,
        limits=limits,
        providers=model_providers.provided.embedding,
        tokenizer=tokenizer,
        former=model_providers.provided.former,
    )
    spaces = providers.Singleton(Spaces, store=stores.provided.spaces)
    vector_stores = providers.Singleton(SwitchingVectorStore, spaces=spaces)
    memory = providers.Singleton(
        BacktestMemory,
        queries=stores.provided.queries,
        vectors=vector_stores,
        texts=stores.provided.texts,
        analyzer=analyzer,
        embedder=embedder,
        cache=stores.provided.cache,
        spaces=spaces,
    )
    designer = providers.Singleton(StrategyDesigner, models=models, prompts=prompts)

    tokens = providers.Singleton(build_tokens, settings, clock)
    record_backtests = providers.Singleton(RecordBacktests, archive=stores.provided.archive, clock=clock, work=work)
    show_backtest = providers.Singleton(ShowBacktest, archive=stores.provided.archive)
    list_backtests = providers.Singleton(ListBacktests, archive=stores.provided.archive)
    delete_backtest = providers.Singleton(DeleteBacktest, archive=stores.provided.archive, work=work)
    search_backtests = providers.Singleton(SearchBacktests, memory=memory)
    index_backtests = providers.Singleton(
        IndexBacktests, queue=stores.provided.queue, memory=memory, clock=clock, ids=ids, doors=doors
    )
    answering_once = providers.Singleton(AnsweringOnce, book=stores.provided.answers, clock=clock, ids=ids)
    forget_answers = providers.Singleton(ForgetAnswers, book=stores.provided.answers, clock=clock)
    build_strategy = providers.Singleton(
        BuildStrategy,
        models=models,
        memory=memory,
        design=designer,
        archive=stores.provided.strategies,
        clock=clock,
        ids=ids,
    )
    compare_backtests = providers.Singleton(
        CompareBacktests,
        models=models,
        archive=stores.provided.archive,
        tell=providers.Singleton(ComparisonTeller, models=models, prompts=prompts),
    )
    browse_strategies = providers.Singleton(BrowseStrategies, archive=stores.provided.strategies)
    write_report = providers.Singleton(
        WriteReport,
        models=models,
        memory=memory,
        backtests=stores.provided.archive,
        write=providers.Singleton(ReportWriter, models=models, prompts=prompts),
        archive=stores.provided.reports,
        clock=clock,
        ids=ids,
    )
    browse_reports = providers.Singleton(BrowseReports, archive=stores.provided.reports)
    open_conversation = providers.Singleton(OpenConversation, store=stores.provided.conversations, clock=clock, ids=ids)
    browse_conversations = providers.Singleton(BrowseConversations, store=stores.provided.conversations)
    delete_conversation = providers.Singleton(DeleteConversation, store=stores.provided.conversations)
    chat = providers.Singleton(
        Chat,
        conversations=stores.provided.conversations,
        turns=stores.provided.turns,
        models=models,
        memory=memory,
        answer=providers.Singleton(ChatAnswerer, models=models, prompts=prompts),
        taking=providers.Singleton(TurnTaking),
        clock=clock,
    )
    list_models = providers.Singleton(
        ListModels,
        governance=governance,
        clock=clock,
        chat_providers=model_providers.provided.chat,
        embedding_providers=model_providers.provided.embedding,
    )
    key_use = providers.Container(
        KeyUseCases, ring=keys, governance=governance, tokens=tokens, local_token=local_token, clock=clock, ids=ids
    )
    ledger_use = providers.Container(
        LedgerUseCases, stores=stores, governance=governance, bodies=bodies, doors=doors, clock=clock
    )
    keeping = providers.Container(
        KeepingUseCases,
        stores=stores,
        vectors=vector_stores,
        limiter=limiter,
        bodies=bodies,
        doors=doors,
        watch=watch,
        governance=governance,
        work=work,
        settings=settings,
        clock=clock,
        ids=ids,
    )
    rules = providers.Container(
        RuleUseCases,
        stores=stores,
        configuration=configuration,
        governance=governance,
        ruling=providers.Singleton(_ruling, governance, stores),
        prices=providers.Singleton(GenaiPrices),
        embedding_providers=model_providers.provided.embedding,
        clock=clock,
        ids=ids,
    )
    index = providers.Container(
        IndexUseCases,
        settings=settings,
        stores=stores,
        spaces=spaces,
        vectors=vector_stores,
        memory=memory,
        embedder=embedder,
        work=work,
        clock=clock,
        ids=ids,
    )
    totals = providers.Singleton(LedgerTotals, book=stores.provided.figures, clock=clock)
    measure_service = providers.Singleton(
        MeasureService,
        totals=totals,
        report=stores.provided.report,
        governance=governance,
        backlog=stores.provided.backlog,
        warnings=rules.warn_of_budgets.provided.told,
        limits=limits,
        clock=clock,
    )
    browse_audit = providers.Singleton(BrowseAudit, trail=stores.provided.audit)
    check_readiness = providers.Singleton(
        CheckReadiness, parts=providers.Singleton(_parts, stores, vector_stores, model_providers, limiter, settings)
    )


def build_container(settings: Settings, *, local_token: str | None = None) -> Container:
    """The container of these settings, with every part built once: what cannot be built stops the start.

    Raises: ConfigurationError.
    """
    container = Container(settings=settings, local_token=providers.Object(local_token))
    rooms = (
        container,
        container.key_use(),
        container.ledger_use(),
        container.rules(),
        container.keeping(),
        container.index(),
        container.gateway(),
    )
    for provider in (provider for room in rooms for provider in room.providers.values()):
        if isinstance(provider, providers.Singleton):
            provider()
    return container
