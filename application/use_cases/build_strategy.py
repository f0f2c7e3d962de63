"""Turn an idea in words into a strategy."""

from dataclasses import dataclass

from application.designing import SERVICE, Brief, StrategyDesigner
from application.memory import BacktestMemory, contexts_of
from application.metering import MeteredChatModel
from application.ports.strategy_archive import StrategyArchive
from application.ports.system import Clock, Ids
from domain.errors import InvalidQuestion, Violation
from domain.generation import BuiltStrategy, Caller
from domain.language import Language, language_of
from domain.retrieval import MAX_QUESTION_LENGTH, SearchRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyOrder:
    """What somebody wants. `retrieval` says how their own runs are looked through, None that they are not."""

    request: str
    model_id: str | None = None
    language: Language | None = None
    retrieval: SearchRequest | None = None

    def __post_init__(self) -> None:
        if not self.request.strip() or len(self.request) > MAX_QUESTION_LENGTH or "\0" in self.request:
            message = f"must have 1 to {MAX_QUESTION_LENGTH} characters, and no NUL"
            raise InvalidQuestion(Violation(field="request", message=message))


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildStrategy:
    """Choose the model, look through the user's own runs if asked to, design, and keep what came of it."""

    models: MeteredChatModel
    memory: BacktestMemory
    design: StrategyDesigner
    archive: StrategyArchive
    clock: Clock
    ids: Ids

    async def __call__(self, order: StrategyOrder, *, caller: Caller) -> BuiltStrategy:
        with_retrieval = order.retrieval is not None
        model = self.models.choose(order.model_id, service=SERVICE, caller=caller, retrieval=with_retrieval)
        language = order.language or language_of(order.request)
        found = await self.memory.nearest(order.retrieval, caller=caller) if order.retrieval else ()
        brief = self.design.fitted(
            Brief(
                request=order.request,
                language=language,
                model=model,
                caller=caller,
                contexts=contexts_of(found, language=language),
                examples=tuple(one.backtest for one in found),
            )
        )
        design = await self.design(brief)
        built = BuiltStrategy(
            strategy_id=self.ids.new(),
            scope=caller.scope,
            created_at=self.clock.now(),
            request=order.request,
            language=language,
            strategy=design.strategy,
            explanation=design.explanation,
            contexts=brief.contexts,
            generation=design.generation,
        )
        await self.archive.keep(built)
        return built
