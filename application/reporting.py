"""How a report comes about: written by a model that can, opened by one that cannot, and never without its figures."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from application.local_words import FAILURES, patience, why_silent
from application.meter import Metered
from application.metering import MeteredChatModel
from application.ports.prompt_library import PromptLibrary
from application.prompts.report import opening_prompt, report_prompt
from domain.backtest import Backtest
from domain.catalogue import ModelCapability, ModelConfig
from domain.generation import Caller, Generation
from domain.language import Language
from domain.prompting import Completion, FinishReason, Prompt
from domain.report import Figure, ReportSection, SectionKind, heading_of
from domain.report_composing import Composed, Plain, Prose, composed, opened, plain_sections
from domain.report_filling import fill_template
from domain.report_slots import Slots, slots_of

SERVICE = "narrative_report"
MAX_ANSWER = 60_000
_FORM = "it was not in the asked form"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBrief:
    """Which run is reported, for whom, by which model; `peers` is None where it is not to be compared."""

    run: Backtest
    language: Language
    model: ModelConfig
    caller: Caller
    peers: tuple[Backtest, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A report that is right whatever the model wrote, and what it took."""

    title: str
    sections: tuple[ReportSection, ...]
    figures: tuple[Figure, ...]
    generation: Generation


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWriter:
    """Turns a brief into a report whose every figure is rendered here."""

    models: MeteredChatModel
    prompts: PromptLibrary

    async def __call__(self, brief: ReportBrief) -> Written:
        """Raises: what a hosted provider raises that is down, BudgetExhausted. No answer of a model is too bad."""
        slots = slots_of(brief.run, language=brief.language, peers=brief.peers)
        plain = plain_sections(slots)
        if not brief.model.speaks(brief.language):
            silent = self.models.not_called(brief.model, service=SERVICE)
            spoken = ", ".join(brief.model.languages)
            noted = silent.noting(f"prose from templates: {brief.model.model_id} writes {spoken} only")
            return _written(composed(slots, plain, Prose()), noted)
        if brief.model.can(ModelCapability.STRATEGY_DESIGN):
            return await self._whole(brief, slots, plain)
        return await self._opened(brief, slots, plain)

    async def _whole(self, brief: ReportBrief, slots: Slots, plain: Plain) -> Written:
        template = self.prompts.get("narrative_report", language=brief.language)
        prompt = report_prompt(template, run=brief.run, slots=slots, plain=plain)
        metered = await self.models.complete_or_empty(prompt, model=brief.model, service=SERVICE, caller=brief.caller)
        document = _read(metered.answer)
        prose = document if isinstance(document, str) else _prose(document, plain, brief.language)
        if isinstance(prose, str):
            noted = metered.generation.noting(f"prose from templates: {prose}")
            return _written(composed(slots, plain, Prose()), noted)
        return _written(composed(slots, plain, prose), _with_remarks(metered.generation, plain, prose))

    async def _opened(self, brief: ReportBrief, slots: Slots, plain: Plain) -> Written:
        """Title and opening of a weak model, where these are fit to be read; templates for the rest."""
        template = self.prompts.get("narrative_opening", language=brief.language)
        draft = fill_template(plain[SectionKind.TESTED][0], slots).text
        metered = await self._words(brief, opening_prompt(template, draft=draft))
        if isinstance(metered, Generation):
            return _written(composed(slots, plain, Prose()), metered)
        document = _read(metered.answer)
        prose = document if isinstance(document, str) else _opening(document, slots, plain)
        if isinstance(prose, str):
            noted = metered.generation.noting(f"prose from templates: {prose}")
            return _written(composed(slots, plain, Prose()), noted)
        noted = metered.generation.noting(
            "prose from templates but for title and opening: this model writes no reports"
        )
        return _written(composed(slots, plain, prose), noted)

    async def _words(self, brief: ReportBrief, prompt: Prompt) -> Metered[Completion] | Generation:
        """What a weak model says; of one in this process that fails, only why it says nothing."""
        model, caller = brief.model, brief.caller
        if not model.in_process:
            return await self.models.complete_or_empty(prompt, model=model, service=SERVICE, caller=caller)
        operation = self.models.begin(SERVICE, timeout_seconds=patience(model))
        try:
            return await self.models.complete(prompt, model=model, service=SERVICE, caller=caller, operation=operation)
        except FAILURES as failure:
            unanswered = self.models.unanswered(operation, model=model, service=SERVICE)
            return unanswered.noting(f"prose from templates: {why_silent(failure)}")


def _written(report: Composed, generation: Generation) -> Written:
    if report.refused:
        generation = generation.noting(
            f"{report.refused} of {report.sentences} sentences replaced: they broke the rules for figures"
        )
    return Written(title=report.title, sections=report.sections, figures=report.figures, generation=generation)


def _with_remarks(generation: Generation, plain: Plain, prose: Prose) -> Generation:
    missing = len(plain.keys() - prose.texts.keys())
    return generation.noting(f"{missing} of {len(plain)} sections from templates") if missing else generation


def _read(answer: Completion) -> Mapping[str, object] | str:
    """The JSON object of an answer, or what is wrong with it."""
    if answer.finish_reason is FinishReason.LENGTH:
        return "it was cut off"
    try:
        document = json.loads(answer.text[:MAX_ANSWER])
    except (ValueError, RecursionError):
        return _FORM
    return document if isinstance(document, dict) else _FORM


def _prose(document: Mapping[str, object], plain: Plain, language: Language) -> Prose | str:
    """The texts under the headings that were asked for; others are left out."""
    sections = document.get("sections")
    kinds = {heading_of(kind, language): kind for kind in plain}
    texts: dict[SectionKind, str] = {}
    for section in sections if isinstance(sections, list) else ():
        heading, text = (section.get("heading"), section.get("text")) if isinstance(section, dict) else (None, None)
        if isinstance(heading, str) and isinstance(text, str) and heading in kinds and text.strip():
            texts.setdefault(kinds[heading], text)
    return Prose(title=_line(document.get("title")), texts=texts) if texts else _FORM


def _opening(document: Mapping[str, object], slots: Slots, plain: Plain) -> Prose | str:
    title, opening = _line(document.get("title")), _line(document.get("opening"))
    return opened(slots, plain, title=title, opening=opening) if title and opening else _FORM


def _line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
