"""Compare a few backtests."""

from dataclasses import dataclass

from application.comparing import SERVICE, ComparisonBrief, ComparisonTeller
from application.metering import MeteredChatModel
from application.ports.backtest_archive import BacktestArchive
from domain.backtest import Backtest
from domain.comparison import Comparison, ComparisonRequest, compare
from domain.comparison_words import ComparisonText
from domain.generation import Caller, Generation
from domain.language import Language, language_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonOrder:
    """What somebody wants compared. The language is the question's, or that of the runs, unless it is named."""

    request: ComparisonRequest
    model_id: str | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A comparison, in numbers and in words."""

    comparison: Comparison
    text: ComparisonText
    language: Language
    generation: Generation


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareBacktests:
    """Choose the model, fetch the runs, compare them by the rules of the domain, and say what came of it.

    Raises: NotFound for a run that is not the user's.
    """

    models: MeteredChatModel
    archive: BacktestArchive
    tell: ComparisonTeller

    async def __call__(self, order: ComparisonOrder, *, caller: Caller) -> Compared:
        model = self.models.choose(order.model_id, service=SERVICE, caller=caller)
        wanted = order.request.backtest_ids
        runs = [(await self.archive.get(backtest_id, scope=caller.scope)).backtest for backtest_id in wanted]
        language = order.language or _language(order.request.question, runs)
        comparison = compare(runs, order.request)
        told = await self.tell(
            ComparisonBrief(
                comparison=comparison,
                language=language,
                model=model,
                caller=caller,
                question=order.request.question,
            )
        )
        return Compared(comparison=comparison, text=told.text, language=language, generation=told.generation)


def _language(question: str | None, runs: list[Backtest]) -> Language:
    if question is not None:
        return language_of(question)
    return language_of(" ".join(f"{run.strategy.name} {run.strategy.description or ''}" for run in runs))
