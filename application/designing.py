"""How a strategy comes about: designed by a model that can, else drafted by rules and described by one that cannot."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from application.local_words import FAILURES, why_silent
from application.meter import Metered
from application.metering import MeteredChatModel
from application.ports.prompt_library import PromptLibrary
from application.prompts.packing import packed
from application.prompts.strategy import context_block, design_prompt, prose_prompt, repair_prompt
from domain.backtest import Backtest
from domain.catalogue import ModelCapability, ModelConfig
from domain.claims import unfounded
from domain.drafting import Draft, draft_strategy
from domain.errors import DeadlineExceeded, InvalidStrategy, UnusableCompletion
from domain.explanation import default_description, explain
from domain.generation import Caller, Generation
from domain.idea import read_idea
from domain.language import Language
from domain.prompting import Completion, FinishReason, Prompt
from domain.retrieval import Context
from domain.strategy import MAX_NAME_LENGTH, StrategySpec
from domain.strategy_reading import read_strategy

MAX_REPAIRS = 2
SERVICE = "strategy_builder"
FEWEST_NAME_WORDS = 2
PROSE_SECONDS = 8.0
"""How long a name and a sentence are waited for that a template can give at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What is to be designed, for whom, by which model, and what the user's own runs say about it."""

    request: str
    language: Language
    model: ModelConfig
    caller: Caller
    contexts: tuple[Context, ...] = ()
    examples: tuple[Backtest, ...] = ()
    more: str = ""
    """A line on runs that were found and for which the prompt has no room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A valid strategy, why it is as it is, and what it took."""

    strategy: StrategySpec
    explanation: str
    generation: Generation


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyDesigner:
    """Turns a brief into a strategy that is valid by the domain's rules, or says why it cannot."""

    models: MeteredChatModel
    prompts: PromptLibrary

    async def __call__(self, brief: Brief) -> Design:
        """Raises: UnusableCompletion with the violations left after all repairs; what a provider raises."""
        if brief.model.can(ModelCapability.STRATEGY_DESIGN):
            return await self._designed(brief)
        return await self._drafted(brief)

    def fitted(self, brief: Brief) -> Brief:
        """The brief with as many of its contexts as the prompt has room for, the best first."""
        if not brief.model.can(ModelCapability.STRATEGY_DESIGN):
            return brief
        model = brief.model
        bare = self._prompt(replace(brief, contexts=()))
        fitting = packed(
            brief.contexts,
            brief.examples,
            room=self.models.room(bare, model=model, service=SERVICE),
            size=lambda text: self.models.size(text, model=model),
            block=context_block,
            language=brief.language,
        )
        return replace(brief, contexts=fitting.contexts, more=fitting.more)

    def _prompt(self, brief: Brief) -> Prompt:
        template = self.prompts.get("strategy_builder", language=brief.language)
        return design_prompt(template, request=brief.request, contexts=brief.contexts, more=brief.more)

    async def _designed(self, brief: Brief) -> Design:
        repair = self.prompts.get("strategy_repair", language=brief.language)
        prompt = self._prompt(brief)
        operation = self.models.begin(SERVICE)
        for remaining in reversed(range(MAX_REPAIRS + 1)):
            metered = await self.models.complete(
                prompt, model=brief.model, service=SERVICE, caller=brief.caller, operation=operation
            )
            try:
                strategy = read_strategy(metered.answer.text)
            except InvalidStrategy as invalid:
                if not remaining or metered.answer.finish_reason is FinishReason.CONTENT_FILTER:
                    raise _given_up(brief, invalid, metered) from invalid
                prompt = repair_prompt(prompt, repair, answer=metered.answer.text, violations=invalid.violations)
                continue
            explanation = explain(strategy, language=brief.language)
            return Design(strategy=strategy, explanation=explanation, generation=metered.generation)
        raise AssertionError("the last round returns or raises")

    async def _drafted(self, brief: Brief) -> Design:
        draft = draft_strategy(read_idea(brief.request), examples=brief.examples, language=brief.language)
        strategy, generation = await self._described(brief, draft.strategy)
        explanation = explain(strategy, language=brief.language, borrowed=draft.borrowed)
        return Design(strategy=strategy, explanation=explanation, generation=_with_remarks(generation, draft))

    async def _described(self, brief: Brief, drafted: StrategySpec) -> tuple[StrategySpec, Generation]:
        """The draft with the model's name and description, where these are fit to be read."""
        if not brief.model.speaks(brief.language):
            silent = self.models.not_called(brief.model, service=SERVICE)
            spoken = ", ".join(brief.model.languages)
            return drafted, silent.noting(f"prose from templates: {brief.model.model_id} writes {spoken} only")
        template = self.prompts.get("strategy_prose", language=brief.language)
        rules = default_description(drafted, language=brief.language)
        prompt = prose_prompt(template, draft=f"{rules} Market: {', '.join(drafted.symbols)}.")
        operation = self.models.begin(SERVICE, timeout_seconds=PROSE_SECONDS)
        try:
            metered = await self.models.complete(
                prompt, model=brief.model, service=SERVICE, caller=brief.caller, operation=operation
            )
        except FAILURES as failure:
            if not (brief.model.in_process or isinstance(failure, DeadlineExceeded)):
                raise
            unanswered = self.models.unanswered(operation, model=brief.model, service=SERVICE)
            return drafted, unanswered.noting(f"prose from templates: {why_silent(failure)}")
        problem = "it was cut off" if metered.answer.finish_reason is FinishReason.LENGTH else None
        prose = None if problem else _read_prose(metered.answer.text)
        problem = problem or _unfit(prose, drafted)
        if prose is None or problem:
            return drafted, metered.generation.noting(f"prose from templates: {problem}")
        name, description = prose
        return replace(drafted, name=name, description=description), metered.generation


def _with_remarks(generation: Generation, draft: Draft) -> Generation:
    noted = generation.noting("specification drafted by rules: this model does not design strategies")
    for text in draft.unplaced:
        noted = noted.noting(f"not used: {text}")
    return noted


def _given_up(brief: Brief, invalid: InvalidStrategy, metered: Metered[Completion]) -> UnusableCompletion:
    """What is refused is not asked for again: each try is paid for, and the words of a refusal are no strategy."""
    spent, reason = metered.generation, metered.answer.finish_reason
    refused = reason is FinishReason.CONTENT_FILTER
    why = "refused to answer this request" if refused else f"gave no valid strategy in {MAX_REPAIRS + 1} tries"
    if reason is FinishReason.LENGTH:
        why += f"; its last answer was cut off at its limit of {spent.max_output_tokens} output tokens"
    return UnusableCompletion(
        f"{brief.model.model_id} {why}",
        violations=() if refused else invalid.violations,
        operation_id=spent.operation_id,
        cost_usd=spent.cost_usd,
    )


def _read_prose(text: str) -> tuple[str, str] | None:
    try:
        document = json.loads(text)
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    name, description = document.get("name"), document.get("description")
    if not isinstance(name, str) or not isinstance(description, str) or not name.strip() or not description.strip():
        return None
    return " ".join(name.split())[:MAX_NAME_LENGTH], " ".join(description.split())


def _unfit(prose: tuple[str, str] | None, drafted: StrategySpec) -> str | None:
    """Why a weak model's prose cannot stand beside the specification, or None where it can."""
    if prose is None:
        return "it was not in the asked form"
    name, description = prose
    if len(name.split()) < FEWEST_NAME_WORDS or not description.endswith((".", "!")):
        return "it was not finished"
    text = f"{name}. {description}"
    rules = f"{drafted.name}. {default_description(drafted, language=Language.ENGLISH)}"
    strange = unfounded(text, f"{rules} {' '.join(drafted.symbols)}")
    if strange is not None:
        return strange
    if _repeats(text.casefold().split()):
        return "it repeated itself"
    if drafted.indicators and not any(i.kind.value.partition("_")[0] in text.casefold() for i in drafted.indicators):
        return "it did not speak of the strategy's indicators"
    return None


def _repeats(words: Sequence[str], *, run: int = 4) -> bool:
    runs = [tuple(words[i : i + run]) for i in range(len(words) - run + 1)]
    return len(runs) != len(set(runs))
