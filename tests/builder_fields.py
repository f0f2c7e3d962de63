"""The members that each builder takes, as the type checker sees them."""

from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict

from domain.audit import AuditAction, Fact
from domain.backtest import Metrics, Source, StrategyType, TestedStrategy
from domain.budget import BudgetPeriod, BudgetUnit, RuleSource
from domain.catalogue import CachedTokens, ModelCapability, ModelTier, SystemRole, TokenPrice
from domain.conversation import Turn
from domain.generation import Generation
from domain.identity import Role, UserScope
from domain.language import Language
from domain.prompting import Message
from domain.report import Figure, ReportSection
from domain.retrieval import Context
from domain.strategy import Direction, Indicator, Risk, Rule, StrategySpec
from domain.usage import TokenUsage, UsageStatus


class PrincipalFields(TypedDict, total=False):
    user_id: str
    roles: frozenset[Role]
    key_id: str | None
    services: frozenset[str] | None
    models: frozenset[str] | None


class ApiKeyFields(TypedDict, total=False):
    key_id: str
    digest: str
    user_id: str
    roles: frozenset[Role]
    created_at: datetime
    services: frozenset[str] | None
    models: frozenset[str] | None
    name: str | None
    expires_at: datetime | None
    revoked_at: datetime | None


class AuditEntryFields(TypedDict, total=False):
    entry_id: str
    at: datetime
    user_id: str
    request_id: str
    action: AuditAction
    subject: str
    key_id: str | None
    facts: dict[str, Fact]


class MetricsFields(TypedDict, total=False):
    total_return: float
    annual_return: float | None
    volatility: float | None
    sharpe_ratio: float | None
    sortino_ratio: float | None
    calmar_ratio: float | None
    max_drawdown: float | None
    win_rate: float | None
    profit_factor: float | None
    trade_count: int | None
    exposure_time: float | None
    fees_paid: float | None
    benchmark_return: float | None


class TestedStrategyFields(TypedDict, total=False):
    name: str
    type: StrategyType | None
    indicators: tuple[str, ...]
    parameters: dict[str, float | int | str | bool]
    description: str | None


class BacktestFields(TypedDict, total=False):
    backtest_id: str
    strategy: TestedStrategy
    symbols: tuple[str, ...]
    start: date
    end: date
    metrics: Metrics
    timeframe: str | None
    initial_capital: float | None
    final_equity: float | None
    completed_at: datetime | None
    source: Source | None
    notes: str | None


class SpecFields(TypedDict, total=False):
    name: str
    description: str
    type: StrategyType
    symbols: tuple[str, ...]
    timeframe: str
    indicators: tuple[Indicator, ...]
    entry: Rule
    exit: Rule
    direction: Direction
    risk: Risk


class ReportFields(TypedDict, total=False):
    report_id: str
    scope: UserScope
    created_at: datetime
    backtest_id: str
    language: Language
    title: str
    sections: tuple[ReportSection, ...]
    figures: tuple[Figure, ...]
    generation: Generation


class BuiltStrategyFields(TypedDict, total=False):
    strategy_id: str
    scope: UserScope
    created_at: datetime
    request: str
    language: Language
    strategy: StrategySpec
    explanation: str
    contexts: tuple[Context, ...]
    generation: Generation


class ModelFields(TypedDict, total=False):
    model_id: str
    provider: str
    tier: ModelTier
    capabilities: frozenset[ModelCapability]
    context_window: int
    max_output_tokens: int
    prices: tuple[TokenPrice, ...]
    free: bool
    languages: tuple[str, ...]
    supports_rag: bool
    description: str
    dimensions: int | None
    encoding: str
    token_parameter: str
    system_role: SystemRole
    takes_temperature: bool
    in_process: bool
    cached_tokens: CachedTokens


class PriceFields(TypedDict, total=False):
    valid_from: date
    source: str
    input_usd_per_mtok: Decimal
    output_usd_per_mtok: Decimal | None
    cached_input_usd_per_mtok: Decimal | None
    cache_write_usd_per_mtok: Decimal | None


class UsageEntryFields(TypedDict, total=False):
    entry_id: str
    operation_id: str
    attempt: int
    request_id: str
    at: datetime
    deadline_at: datetime
    user_id: str
    service: str
    provider: str
    model_id: str
    prompt_version: str | None
    price_version: str
    usage: TokenUsage
    cost_usd: Decimal
    key_id: str | None


class SettlementFields(TypedDict, total=False):
    status: UsageStatus
    usage: TokenUsage
    cost_usd: Decimal
    settled_at: datetime
    latency_ms: int
    saved_cost_usd: Decimal
    reason: str | None


class CallBodyFields(TypedDict, total=False):
    entry_id: str
    operation_id: str
    user_id: str
    at: datetime
    messages: tuple[Message, ...]
    answer: str | None


class BudgetRuleFields(TypedDict, total=False):
    name: str
    unit: BudgetUnit
    limit: Decimal
    period: BudgetPeriod
    timezone: str
    user_id: str | None
    service: str | None
    model_id: str | None
    each_user: bool
    warn_at: tuple[Decimal, ...]
    source: RuleSource


class ConversationFields(TypedDict, total=False):
    conversation_id: str
    scope: UserScope
    opened_at: datetime
    updated_at: datetime
    title: str | None
    language: Language | None
    turns: tuple[Turn, ...]


class TurnFields(TypedDict, total=False):
    number: int
    question: str
    answer: str
    language: Language
    contexts: tuple[Context, ...]
    generation: Generation
    at: datetime
    topic: str
