"""Things of the business to test with: each builder takes what matters to the test and makes up the rest."""

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import sqrt
from typing import Unpack

from domain.audit import AuditAction, AuditEntry
from domain.backtest import Backtest, Metrics, Source, StrategyType, TestedStrategy
from domain.budget import BudgetPeriod, BudgetRule, BudgetUnit, Hold
from domain.call_body import CallBody
from domain.catalogue import ModelCapability, ModelConfig, ModelTier, TokenPrice
from domain.conversation import Conversation, Turn
from domain.embedding import Card, Vector
from domain.generation import BuiltStrategy, Caller, Generation
from domain.identity import ApiKey, Principal, Role, UserScope
from domain.indicators import IndicatorKind
from domain.language import Language
from domain.prompting import Message, MessageRole
from domain.report import Figure, Report, ReportSection
from domain.retrieval import Context, ContextKind
from domain.strategy import Condition, ConditionOp, Direction, Indicator, Match, Risk, Rule, StrategySpec
from domain.usage import Settlement, TokenUsage, UsageEntry, UsageStatus
from tests.builder_fields import (
    ApiKeyFields,
    AuditEntryFields,
    BacktestFields,
    BudgetRuleFields,
    BuiltStrategyFields,
    CallBodyFields,
    ConversationFields,
    MetricsFields,
    ModelFields,
    PriceFields,
    PrincipalFields,
    ReportFields,
    SettlementFields,
    SpecFields,
    TestedStrategyFields,
    TurnFields,
    UsageEntryFields,
)

MOMENT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return MOMENT + timedelta(seconds=seconds)


def a_scope(user_id: str = "mina@quant.kr") -> UserScope:
    return UserScope(user_id=user_id)


def a_principal(**changes: Unpack[PrincipalFields]) -> Principal:
    return replace(Principal(user_id="mina@quant.kr", roles=frozenset({Role.USER}), key_id="key-1"), **changes)


def a_caller(*, user_id: str = "mina@quant.kr", request_id: str = "req-1") -> Caller:
    return Caller(principal=a_principal(user_id=user_id), request_id=request_id)


def an_api_key(**changes: Unpack[ApiKeyFields]) -> ApiKey:
    key_id = changes.get("key_id", "key-1")
    key = ApiKey(
        key_id=key_id,
        digest=hashlib.sha256(key_id.encode()).hexdigest(),
        user_id="mina@quant.kr",
        roles=frozenset({Role.USER}),
        created_at=MOMENT,
        name="연구용 노트북",
    )
    return replace(key, **changes)


def an_audit_entry(**changes: Unpack[AuditEntryFields]) -> AuditEntry:
    made = AuditEntry(
        entry_id="act-1", at=MOMENT, user_id="root@quant.kr", request_id="req-1", action=AuditAction.KEY_ISSUED,
        subject="key-1", key_id="key-0", facts={"for_user": "mina@quant.kr", "roles": ("user",), "name": None},
    )  # fmt: skip
    return replace(made, **changes)


def some_metrics(**changes: Unpack[MetricsFields]) -> Metrics:
    metrics = Metrics(
        total_return=0.452, annual_return=0.0447, volatility=0.21, sharpe_ratio=0.61, sortino_ratio=0.9,
        calmar_ratio=0.25, max_drawdown=0.18, win_rate=0.62, profit_factor=1.7, trade_count=48, exposure_time=0.43,
        fees_paid=96.1, benchmark_return=5.22,
    )  # fmt: skip
    return replace(metrics, **changes)


def a_tested_strategy(**changes: Unpack[TestedStrategyFields]) -> TestedStrategy:
    strategy = TestedStrategy(
        name="RSI 평균회귀 (mean reversion)",
        type=StrategyType.MEAN_REVERSION,
        indicators=("rsi",),
        parameters={"length": 14, "oversold": 30, "overbought": 70.5, "exit_on": "close", "allow_short": False},
        description="과매도에서 사고 과매수에서 판다. Buys oversold, sells overbought.",
    )
    return replace(strategy, **changes)


def a_backtest(**changes: Unpack[BacktestFields]) -> Backtest:
    run = Backtest(
        backtest_id="bt-2041",
        strategy=a_tested_strategy(),
        symbols=("GOOG",),
        start=date(2004, 8, 19),
        end=date(2013, 3, 1),
        metrics=some_metrics(),
        timeframe="1d",
        initial_capital=10_000.0,
        final_equity=14_520.0,
        completed_at=MOMENT,
        source=Source(engine="backtesting.py", version="0.6.6"),
        notes="수수료 0.1 % 포함 — fees included",
    )
    return replace(run, **changes)


def a_bare_backtest(backtest_id: str = "bt-bare") -> Backtest:
    """Only what is required."""
    return Backtest(
        backtest_id=backtest_id,
        strategy=TestedStrategy(name="이름뿐인 전략"),
        symbols=("005930.KS",),
        start=date(2020, 1, 2),
        end=date(2020, 1, 2),
        metrics=Metrics(total_return=0.0),
    )


def a_spec(**changes: Unpack[SpecFields]) -> StrategySpec:
    spec = StrategySpec(
        name="RSI 30/70 평균회귀",
        description="RSI(14)가 30 아래로 내려가면 사고 70 위로 올라가면 판다.",
        type=StrategyType.MEAN_REVERSION,
        symbols=("GOOG",),
        timeframe="1d",
        indicators=(Indicator(id="rsi_1", kind=IndicatorKind.RSI, params={"length": 14.0}),),
        entry=a_rule_of(Condition(left="rsi_1", op=ConditionOp.CROSSES_BELOW, right=30.0)),
        exit=a_rule_of(Condition(left="rsi_1", op=ConditionOp.CROSSES_ABOVE, right=70.0)),
        direction=Direction.LONG,
        risk=Risk(position_fraction=0.5, stop_loss=0.08),
    )
    return replace(spec, **changes)


def a_rule_of(*conditions: Condition, match: Match = Match.ALL) -> Rule:
    return Rule(match=match, conditions=conditions)


def a_built_strategy(**changes: Unpack[BuiltStrategyFields]) -> BuiltStrategy:
    built = BuiltStrategy(
        strategy_id="st-000001",
        scope=a_scope(),
        created_at=MOMENT,
        request="RSI 14로 GOOG 평균회귀 전략을 만들어 줘",
        language=Language.KOREAN,
        strategy=a_spec(),
        explanation="비슷한 실행에서 길이 14가 가장 좋았습니다.",
        contexts=(Context(kind=ContextKind.BACKTEST, id="bt-2041", similarity=0.83211, text="GOOG · RSI 14 …"),),
        generation=a_generation(),
    )
    return replace(built, **changes)


def a_report(**changes: Unpack[ReportFields]) -> Report:
    report = Report(
        report_id="rp-000001",
        scope=a_scope(),
        created_at=MOMENT,
        backtest_id="bt-2041",
        language=Language.KOREAN,
        title="RSI 평균회귀 보고서",
        sections=(ReportSection(heading="성과", text="총수익률은 45.2%입니다."),),
        figures=(Figure(text="45.2%", backtest_id="bt-2041", metric="total_return", value=0.452),),
        generation=a_generation(),
    )
    return replace(report, **changes)


def a_conversation(**changes: Unpack[ConversationFields]) -> Conversation:
    conversation = Conversation(
        conversation_id="cv-000001",
        scope=a_scope(),
        opened_at=MOMENT,
        updated_at=MOMENT,
        title="RSI 전략 점검",
        language=Language.KOREAN,
    )
    return replace(conversation, **changes)


def a_turn(**changes: Unpack[TurnFields]) -> Turn:
    turn = Turn(
        number=1,
        question="GOOG에서 RSI 전략은 어땠어?",
        answer="[bt-2041]의 샤프는 0.61입니다.",
        language=Language.KOREAN,
        contexts=(Context(kind=ContextKind.BACKTEST, id="bt-2041", similarity=0.83211, text="GOOG · 샤프 0.61"),),
        generation=a_generation(),
        at=later(60),
        topic="GOOG에서 RSI 전략은 어땠어?",
    )
    return replace(turn, **changes)


def a_generation() -> Generation:
    return Generation(
        operation_id="op-1",
        service="strategy_builder",
        provider="openai",
        model_id="gpt-4o-mini",
        prompt_version="strategy_builder@1",
        attempts=2,
        usage=TokenUsage(input_tokens=1_200, cached_input_tokens=1_024, output_tokens=300, reasoning_tokens=64),
        cost_usd=Decimal("0.000283200001"),
        latency_ms=812,
        notes=("한 번 고쳐 썼습니다",),
    )


def a_model(**changes: Unpack[ModelFields]) -> ModelConfig:
    model = ModelConfig(
        model_id="gpt-4o-mini",
        provider="openai",
        tier=ModelTier.MINI,
        capabilities=frozenset({ModelCapability.CHAT, ModelCapability.JSON_SCHEMA, ModelCapability.STRATEGY_DESIGN}),
        context_window=128_000,
        max_output_tokens=16_384,
        prices=(a_price(),),
        supports_rag=True,
    )
    return replace(model, **changes)


def a_price(**changes: Unpack[PriceFields]) -> TokenPrice:
    price = TokenPrice(
        valid_from=date(2024, 7, 18),
        source="genai-prices",
        input_usd_per_mtok=Decimal("0.15"),
        output_usd_per_mtok=Decimal("0.60"),
        cached_input_usd_per_mtok=Decimal("0.075"),
    )
    return replace(price, **changes)


def a_usage_entry(**changes: Unpack[UsageEntryFields]) -> UsageEntry:
    """A pending row; its deadline is a minute after its start unless stated."""
    at = changes.get("at", MOMENT)
    entry = UsageEntry(
        entry_id="e-000001",
        operation_id="op-1",
        attempt=1,
        request_id="req-1",
        at=at,
        deadline_at=at + timedelta(seconds=60),
        user_id="mina@quant.kr",
        service="strategy_builder",
        provider="openai",
        model_id="gpt-4o-mini",
        prompt_version="strategy_builder@1",
        price_version="genai-prices@2024-07-18",
        usage=TokenUsage(input_tokens=1_000, output_tokens=500, estimated=True),
        cost_usd=Decimal("0.00045"),
        key_id="key-1",
    )
    return replace(entry, **changes)


def a_settlement(**changes: Unpack[SettlementFields]) -> Settlement:
    settlement = Settlement(
        status=UsageStatus.SETTLED,
        usage=TokenUsage(input_tokens=900, cached_input_tokens=512, output_tokens=120, reasoning_tokens=20),
        cost_usd=Decimal("0.000168600003"),
        settled_at=MOMENT + timedelta(seconds=2),
        latency_ms=2_000,
        saved_cost_usd=Decimal("0.0000384"),
    )
    return replace(settlement, **changes)


def a_call_body(**changes: Unpack[CallBodyFields]) -> CallBody:
    body = CallBody(
        entry_id="e-000001",
        operation_id="op-1",
        user_id="mina@quant.kr",
        at=MOMENT,
        messages=(
            Message(role=MessageRole.SYSTEM, text="You design strategies."),
            Message(role=MessageRole.USER, text="RSI로 GOOG 역추세 전략을 만들어 줘"),
        ),
        answer="RSI 30 아래에서 삽니다.",
    )
    return replace(body, **changes)


def a_rule(**changes: Unpack[BudgetRuleFields]) -> BudgetRule:
    rule = BudgetRule(name="daily", unit=BudgetUnit.USD, limit=Decimal(1), period=BudgetPeriod.DAY)
    return replace(rule, **changes)


def a_hold(entry: UsageEntry | None = None, *, rule: BudgetRule | None = None) -> Hold:
    """What the rule holds for the entry."""
    of = entry or a_usage_entry()
    return (rule or a_rule()).hold(user_id=of.user_id, at=of.at, usage=of.usage, cost_usd=of.cost_usd)


def a_vector(*numbers: float) -> Vector:
    """The direction of the numbers, of length 1."""
    length = sqrt(sum(number * number for number in numbers))
    return array("f", (number / length for number in numbers))


def a_card(card_id: str = "card-1", numbers: Sequence[float] = (1.0, 0.0, 0.0, 0.0)) -> Card:
    return Card(card_id=card_id, vector=a_vector(*numbers))
