"""What a model is asked so that it writes a report, or only opens one."""

from collections.abc import Iterator, Mapping, Sequence

from application.prompts.quoting import fenced, harmless, shortened_to_bytes
from domain.backtest import Backtest
from domain.language import Language
from domain.prompting import AnswerSchema, Prompt, PromptTemplate
from domain.report import SectionKind, heading_of
from domain.report_figures import label_of
from domain.report_schema import opening_schema, report_schema
from domain.report_slots import Slots

MAX_NOTES = 1_500
MAX_SLOT = 200
# Together with the template under 400 tokens of the local model.
MAX_DRAFT_BYTES = 300
OPENING_OUTPUT_TOKENS = 100
_NONE = {Language.KOREAN: "(없음)", Language.ENGLISH: "(none)"}


def report_prompt(
    template: PromptTemplate, *, run: Backtest, slots: Slots, plain: Mapping[SectionKind, Sequence[str]]
) -> Prompt:
    """Asks for the whole report as JSON: prose with slots for every figure.

    `plain` are the sections with their template sentences: they tell the model what is true of the run.
    """
    notes = "\n".join(filter(None, (run.strategy.description, run.notes)))
    messages = template.render(
        slot="{{total_return}}",
        other="{{sharpe_ratio}}",
        slots="\n".join(_slots(slots)),
        draft="\n".join(_draft(plain, slots.language)),
        notes=fenced("notes", notes, most=MAX_NOTES) if notes else _NONE[template.language],
    )
    headings = [heading_of(kind, slots.language) for kind in plain]
    schema = AnswerSchema(name="narrative_report", schema=report_schema(headings))
    return Prompt(version=template.reference, messages=messages, answer_schema=schema, temperature=0.3)


def opening_prompt(template: PromptTemplate, *, draft: str) -> Prompt:
    """Asks for a title and an opening sentence; short enough for a small local model."""
    schema = AnswerSchema(name="narrative_opening", schema=opening_schema())
    return Prompt(
        version=template.reference,
        messages=template.render(draft=harmless(shortened_to_bytes(draft, MAX_DRAFT_BYTES), most=MAX_DRAFT_BYTES)),
        answer_schema=schema,
        max_output_tokens=OPENING_OUTPUT_TOKENS,
        temperature=0.0,
    )


def _slots(slots: Slots) -> Iterator[str]:
    for name, figure in slots.figures.items():
        yield f"- {{{{{name}}}}}: {label_of(name, slots.language)}: {figure.text}"
    for name, text in slots.words.items():
        yield f"- {{{{{harmless(name, most=MAX_SLOT)}}}}}: {harmless(text, most=MAX_SLOT)}"


def _draft(plain: Mapping[SectionKind, Sequence[str]], language: Language) -> Iterator[str]:
    for kind, sentences in plain.items():
        yield f"[{heading_of(kind, language)}] {' '.join(sentences)}"
