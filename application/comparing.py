"""How a comparison is told: by templates that cannot err, with what a model adds to them where it holds."""

import json
from dataclasses import dataclass, replace

from application.metering import MeteredChatModel
from application.ports.prompt_library import PromptLibrary
from application.prompts.comparison import commentary_prompt
from domain.catalogue import ModelConfig
from domain.checked_text import split_sentences
from domain.comparison import Comparison
from domain.comparison_checks import unfit_sentence
from domain.comparison_words import ComparisonText, comparison_text
from domain.generation import Caller, Generation
from domain.language import Language
from domain.prompting import FinishReason

SERVICE = "chatops"
MOST_SENTENCES = 6
LONGEST_COMMENTARY = 1_500
SMALLEST_CONTEXT = 4_097
"""A model with less takes half a minute over a table and says of it that there is no data: it is not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonBrief:
    """What was compared, for whom, in which language, by which model."""

    comparison: Comparison
    language: Language
    model: ModelConfig
    caller: Caller
    question: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldComparison:
    """The words, and what they took."""

    text: ComparisonText
    generation: Generation


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonTeller:
    """Says what a comparison shows. A model's sentence is kept where every number in it is the table's."""

    models: MeteredChatModel
    prompts: PromptLibrary

    async def __call__(self, brief: ComparisonBrief) -> ToldComparison:
        """Raises: BudgetExhausted, UnpricedModel, what a provider raises."""
        told = comparison_text(brief.comparison, language=brief.language)
        silence = _silence(brief.model, brief.language)
        if silence is not None:
            silent = self.models.not_called(brief.model, service=SERVICE)
            return ToldComparison(text=told, generation=silent.noting(f"prose from templates: {silence}"))
        template = self.prompts.get("strategy_compare", language=brief.language)
        prompt = commentary_prompt(template, brief.comparison, told, question=brief.question)
        metered = await self.models.complete(prompt, model=brief.model, service=SERVICE, caller=brief.caller)
        whole = metered.answer.finish_reason is not FinishReason.LENGTH
        kept, notes = _kept(_read(metered.answer.text), brief, whole=whole)
        generation = metered.generation
        for note in notes:
            generation = generation.noting(note)
        reasoning = " ".join([told.reasoning, *kept])
        return ToldComparison(text=replace(told, reasoning=reasoning), generation=generation)


def _silence(model: ModelConfig, language: Language) -> str | None:
    """Why the model is not asked, or None where it is."""
    if not model.speaks(language):
        return f"{model.model_id} writes {', '.join(model.languages)} only"
    if model.context_window < SMALLEST_CONTEXT:
        return f"{model.model_id} is too small to comment on a table"
    return None


def _kept(commentary: str | None, brief: ComparisonBrief, *, whole: bool) -> tuple[list[str], list[str]]:
    """The sentences that hold, and what is to be said of the others."""
    if commentary is None:
        return [], ["prose from templates: it was not in the asked form"]
    sentences, rest = split_sentences(commentary[:LONGEST_COMMENTARY])
    ended = [*sentences, rest] if whole and len(commentary) <= LONGEST_COMMENTARY else sentences
    kept: list[str] = []
    notes: list[str] = []
    for sentence in dict.fromkeys(said for one in ended[:MOST_SENTENCES] if (said := " ".join(one.split()))):
        why = unfit_sentence(sentence, brief.comparison, language=brief.language, question=brief.question or "")
        if why is None:
            kept.append(sentence)
        else:
            notes.append(f"a sentence was left out: {why}")
    return kept, notes if kept or notes else ["prose from templates: it was not finished"]


def _read(text: str) -> str | None:
    """The commentary of an answer; None for another form. A model may be cut in the middle of its JSON."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    said = document.get("commentary") if isinstance(document, dict) else None
    return said if isinstance(said, str) and said.strip() else None
