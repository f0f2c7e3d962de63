"""`/api/v1/strategy-builder` and `/api/v1/strategies`: ideas in words to strategies that are data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from application.use_cases.browse_strategies import BrowseStrategies
from application.use_cases.build_strategy import BuildStrategy, StrategyOrder
from domain.generation import BuiltStrategy
from domain.language import Language
from domain.retrieval import DEFAULT_TOP_K, SearchRequest
from domain.strategy import Condition, Indicator, Rule, StrategySpec
from entrypoints.http.backtest_body import Wire
from entrypoints.http.generation_body import ContextBody, GenerationBody
from entrypoints.http.idempotency import paid
from entrypoints.http.paging import DEFAULT_LIMIT, Cursor, Limit, after_of, cursor_of
from entrypoints.http.problems import documented
from entrypoints.http.wiring import CallerOf

LIST = "strategies"
PAID = paid("strategy_builder")
BUILDING = documented(402, 403, 413, 422, 429, 502, 503, 504)


class BuildBody(Wire, frozen=True, kw_only=True):
    """An idea in words. The answer's language is the request's, unless `language` says otherwise."""

    request: Annotated[
        str, msgspec.Meta(examples=["GOOG에서 RSI 14가 30 아래로 내려가면 사고 70 위로 오르면 파는 전략"])
    ]
    model_id: str | None = None
    language: Language | None = None

    def order(self) -> StrategyOrder:
        """What is wanted. Raises: InvalidQuestion."""
        return StrategyOrder(request=self.request, model_id=self.model_id, language=self.language)


class BuildWithRetrievalBody(BuildBody, frozen=True, kw_only=True):
    """An idea in words, to be grounded in the user's own backtests."""

    top_k: int | None = None
    min_similarity: float | None = None

    def order(self) -> StrategyOrder:
        """What is wanted. Raises: InvalidQuestion."""
        plain = BuildBody.order(self)
        top_k = DEFAULT_TOP_K if self.top_k is None else self.top_k
        retrieval = SearchRequest(query=self.request, top_k=top_k, min_similarity=self.min_similarity)
        return StrategyOrder(
            request=plain.request, model_id=plain.model_id, language=plain.language, retrieval=retrieval
        )


class IndicatorBody(msgspec.Struct, frozen=True, kw_only=True):
    """A series computed from prices."""

    id: str
    kind: str
    source: str | None
    params: Mapping[str, float]

    @staticmethod
    def of(indicator: Indicator) -> "IndicatorBody":
        """The indicator as it goes out; whole numbers as such."""
        params = {name: _plain(value) for name, value in indicator.params.items()}
        return IndicatorBody(id=indicator.id, kind=indicator.kind, source=indicator.source, params=params)


class ConditionBody(msgspec.Struct, frozen=True, kw_only=True):
    """A comparison of indicator ids, price fields and numbers."""

    left: str | float
    op: str
    right: str | float

    @staticmethod
    def of(condition: Condition) -> "ConditionBody":
        """The condition as it goes out."""
        return ConditionBody(left=_operand(condition.left), op=condition.op, right=_operand(condition.right))


class RuleBody(msgspec.Struct, frozen=True, kw_only=True):
    """When to enter, or to leave."""

    match: str
    conditions: list[ConditionBody]

    @staticmethod
    def of(rule: Rule) -> "RuleBody":
        """The rule as it goes out."""
        return RuleBody(match=rule.match, conditions=list(map(ConditionBody.of, rule.conditions)))


class RiskBody(msgspec.Struct, frozen=True, kw_only=True):
    """How much is at stake, in fractions and bars."""

    position_fraction: float
    stop_loss: float | None
    take_profit: float | None
    max_holding_bars: int | None


class StrategyBody(msgspec.Struct, frozen=True, kw_only=True):
    """A strategy as data that an engine can run."""

    name: str
    description: str
    type: str
    symbols: list[str]
    timeframe: str
    indicators: list[IndicatorBody]
    entry: RuleBody
    exit: RuleBody
    direction: str
    risk: RiskBody

    @staticmethod
    def of(spec: StrategySpec) -> "StrategyBody":
        """The strategy as it goes out."""
        return StrategyBody(
            name=spec.name,
            description=spec.description,
            type=spec.type,
            symbols=list(spec.symbols),
            timeframe=spec.timeframe,
            indicators=list(map(IndicatorBody.of, spec.indicators)),
            entry=RuleBody.of(spec.entry),
            exit=RuleBody.of(spec.exit),
            direction=spec.direction,
            risk=RiskBody(
                position_fraction=spec.risk.position_fraction,
                stop_loss=spec.risk.stop_loss,
                take_profit=spec.risk.take_profit,
                max_holding_bars=spec.risk.max_holding_bars,
            ),
        )


class BuiltBody(msgspec.Struct, frozen=True, kw_only=True):
    """A built strategy, why it is so, what it rests on, and what it took."""

    strategy_id: str
    created_at: datetime
    request: str
    language: str
    strategy: StrategyBody
    explanation: str
    contexts: list[ContextBody]
    generation: GenerationBody

    @staticmethod
    def of(built: BuiltStrategy) -> "BuiltBody":
        """The built strategy as it goes out."""
        return BuiltBody(
            strategy_id=built.strategy_id,
            created_at=built.created_at,
            request=built.request,
            language=built.language,
            strategy=StrategyBody.of(built.strategy),
            explanation=built.explanation,
            contexts=list(map(ContextBody.of, built.contexts)),
            generation=GenerationBody.of(built.generation),
        )


class StrategyPage(msgspec.Struct, frozen=True, kw_only=True):
    """The user's built strategies, latest first."""

    strategies: list[BuiltBody]
    next_cursor: str | None


def _plain(value: float) -> float:
    return int(value) if float(value).is_integer() else value


def _operand(operand: str | float) -> str | float:
    return operand if isinstance(operand, str) else _plain(operand)


@post("/strategy-builder", status_code=200, responses=BUILDING, opt=PAID)
async def build_strategy(
    data: JSONBody[BuildBody], caller: CallerOf, build: NamedDependency[BuildStrategy]
) -> BuiltBody:
    """Turn an idea in words into a valid strategy, with no look at earlier runs."""
    return BuiltBody.of(await build(data.order(), caller=caller))


@post("/strategy-builder/generate-with-rag", status_code=200, responses=BUILDING, opt=PAID)
async def build_strategy_with_retrieval(
    data: JSONBody[BuildWithRetrievalBody], caller: CallerOf, build: NamedDependency[BuildStrategy]
) -> BuiltBody:
    """Turn an idea in words into a valid strategy, grounded in the user's own similar runs."""
    return BuiltBody.of(await build(data.order(), caller=caller))


@get("/strategies", responses=documented(403, 503))
async def list_strategies(
    caller: CallerOf,
    strategies: NamedDependency[BrowseStrategies],
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> StrategyPage:
    """The user's built strategies, latest first."""
    page = await strategies(scope=caller.scope, limit=limit, after=after_of(LIST, cursor))
    shown = list(map(BuiltBody.of, page.items))
    return StrategyPage(strategies=shown, next_cursor=cursor_of(LIST, page.next_after))


@get("/strategies/{strategy_id:str}", responses=documented(403, 404, 503))
async def show_strategy(
    strategy_id: FromPath[str], caller: CallerOf, strategies: NamedDependency[BrowseStrategies]
) -> BuiltBody:
    """One built strategy."""
    return BuiltBody.of(await strategies.show(strategy_id, scope=caller.scope))


def router(dependencies: dict[str, Any]) -> Router:
    """All of it, under its paths."""
    handlers = [build_strategy, build_strategy_with_retrieval, list_strategies, show_strategy]
    return Router("/api/v1", route_handlers=handlers, dependencies=dependencies, tags=["strategies"])
