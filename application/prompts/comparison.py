"""What a model is asked so that it comments on a comparison."""

from application.prompts.quoting import fenced, harmless
from domain.comparison import Comparison
from domain.comparison_words import ComparisonText, shown_id
from domain.language import Language
from domain.metric_text import metric_label, metric_value_text
from domain.prompting import AnswerSchema, Prompt, PromptTemplate
from domain.text import one_line

MAX_QUESTION = 1_000
MAX_FACTS = 6_000
MAX_RUN_NAME = 60
OUTPUT_TOKENS = 300

_NO_QUESTION = {Language.KOREAN: "(질문 없음)", Language.ENGLISH: "(no question)"}


def commentary_prompt(
    template: PromptTemplate, comparison: Comparison, told: ComparisonText, *, question: str | None
) -> Prompt:
    """Asks for a few sentences on what the table shows; figures as they are rendered, the ranking as it is."""
    language = template.language
    messages = template.render(
        facts=fenced("table", "\n".join(_lines(comparison, language)), most=MAX_FACTS),
        result=fenced("result", told.recommendation, most=MAX_QUESTION),
        question=fenced("question", question, most=MAX_QUESTION) if question else _NO_QUESTION[language],
    )
    return Prompt(
        version=template.reference,
        messages=messages,
        answer_schema=AnswerSchema(name="comparison_commentary", schema=commentary_schema()),
        max_output_tokens=OUTPUT_TOKENS,
        temperature=0.0,
    )


def commentary_schema() -> dict[str, object]:
    """An object with one member, the commentary."""
    return {
        "type": "object",
        "properties": {"commentary": {"type": "string"}},
        "required": ["commentary"],
        "additionalProperties": False,
    }


def _lines(comparison: Comparison, language: Language) -> list[str]:
    """A line a run, in the order of the ranking."""
    lines = []
    for place in comparison.ranking:
        run = comparison.run(place.backtest_id)
        figures = ", ".join(
            f"{metric_label(row.metric, language)} "
            f"{metric_value_text(row.metric, getattr(run.metrics, row.metric), language)}"
            for row in comparison.rows
        )
        name = harmless(one_line(run.strategy.name, MAX_RUN_NAME), most=MAX_RUN_NAME)
        symbols = one_line(", ".join(run.symbols[:3]), MAX_RUN_NAME)
        period = f"{run.start.year}–{run.end.year}"
        lines.append(f"{shown_id(run.backtest_id)}: {name}, {symbols}, {period}: {figures}")
    return lines
