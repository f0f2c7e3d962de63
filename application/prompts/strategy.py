"""What a model is asked so that it designs a strategy, describes one, or repairs one."""

import math
from collections.abc import Iterator, Sequence

from application.prompts.quoting import fenced, harmless, shortened_to_bytes
from domain.errors import Violation
from domain.indicators import (
    DEFINITIONS,
    PRICE_SCALES,
    SCALE_BOUNDS,
    IndicatorDefinition,
    IndicatorKind,
    ParameterRange,
    Scale,
)
from domain.language import Language
from domain.prompting import AnswerSchema, Message, MessageRole, Prompt, PromptTemplate
from domain.retrieval import Context
from domain.strategy import MAX_CONDITIONS, MAX_INDICATORS, TIMEFRAMES
from domain.strategy_schema import prose_schema, strategy_schema

MAX_REQUEST = 4_000
MAX_CONTEXT = 1_500
MAX_ANSWER = 12_000
MAX_VIOLATIONS = 20
MAX_VIOLATION = 300
# Together with the template under 400 tokens of the local model (337 of them with both full, the request Korean).
MAX_PROSE_DRAFT_BYTES = 400
PROSE_OUTPUT_TOKENS = 120

_NO_CONTEXTS = {Language.KOREAN: "(없음)", Language.ENGLISH: "(none)"}


def design_prompt(template: PromptTemplate, *, request: str, contexts: Sequence[Context], more: str = "") -> Prompt:
    """Asks for a whole strategy as JSON.

    The instructions are the same for every request, so a provider can cache them; the contexts follow, best first,
    with `more`, a line on those for which there was no room, and the request comes last. Each context is cut at
    MAX_CONTEXT characters.
    """
    messages = template.render(
        kinds="\n".join(_kinds()),
        scales="\n".join(_scales()),
        timeframes=", ".join(TIMEFRAMES),
        most_indicators=str(MAX_INDICATORS),
        most_conditions=str(MAX_CONDITIONS),
        contexts=_fenced_contexts(contexts, more) or _NO_CONTEXTS[template.language],
        request=fenced("request", request, most=MAX_REQUEST),
    )
    schema = AnswerSchema(name="strategy", schema=strategy_schema())
    return Prompt(version=template.reference, messages=messages, answer_schema=schema, temperature=0.0)


def prose_prompt(template: PromptTemplate, *, draft: str) -> Prompt:
    """Asks for a name and a description of a drafted strategy; short enough for a small local model."""
    schema = AnswerSchema(name="strategy_prose", schema=prose_schema())
    return Prompt(
        version=template.reference,
        messages=template.render(draft=harmless(shortened_to_bytes(draft, MAX_PROSE_DRAFT_BYTES), most=MAX_CONTEXT)),
        answer_schema=schema,
        max_output_tokens=PROSE_OUTPUT_TOKENS,
        temperature=0.0,
    )


def repair_prompt(prompt: Prompt, template: PromptTemplate, *, answer: str, violations: Sequence[Violation]) -> Prompt:
    """The same conversation with the answer that cannot be used and what is wrong with it; it keeps its version."""
    listed = [f"- {harmless(str(violation), most=MAX_VIOLATION)}" for violation in violations[:MAX_VIOLATIONS]]
    return prompt.and_then(
        Message(role=MessageRole.ASSISTANT, text=harmless(answer, most=MAX_ANSWER) or "{}"),
        *template.render(violations="\n".join(listed)),
    )


def context_block(number: int, context: Context) -> str:
    """A context as the prompt shows it: data, fenced."""
    return fenced(f"context {number}", f"{context.kind} {context.id}\n{context.text}", most=MAX_CONTEXT)


def _fenced_contexts(contexts: Sequence[Context], more: str) -> str:
    blocks = [context_block(i, context) for i, context in enumerate(contexts, start=1)]
    return "\n".join([*blocks, fenced("more", more, most=MAX_CONTEXT)] if more else blocks)


def _kinds() -> Iterator[str]:
    """A line a kind, from the domain's own definitions, in words that need no translation."""
    for kind, definition in DEFINITIONS.items():
        params = ", ".join(_parameter(name, allowed) for name, allowed in definition.parameters.items())
        source = "open|high|low|close|null" if definition.takes_source else "null"
        yield f"- {kind}: params {params}; source {source}; {_outputs(kind, definition)}; scale {definition.scale}"


def _parameter(name: str, allowed: ParameterRange) -> str:
    whole = "" if allowed.whole else " decimal"
    return f"{name} {allowed.low:g}..{allowed.high:g}{whole} (default {allowed.default:g})"


def _outputs(kind: IndicatorKind, definition: IndicatorDefinition) -> str:
    example = f"{kind}_1"
    if not definition.outputs:
        return f"operand {example}"
    return "operands " + ", ".join(f"{example}.{output}" for output in definition.outputs)


def _scales() -> Iterator[str]:
    series: dict[Scale, list[str]] = {scale: [] for scale in Scale}
    for field, scale in PRICE_SCALES.items():
        series[scale].append(field)
    for kind, definition in DEFINITIONS.items():
        series[definition.scale].append(kind)
    for scale, members in series.items():
        yield f"- {scale}: {', '.join(members)}; {_numbers(*SCALE_BOUNDS[scale])}"


def _numbers(low: float, high: float) -> str:
    if math.isinf(low):
        return "any number"
    return f"numbers > {low:g}" if math.isinf(high) else f"numbers > {low:g} and < {high:g}"
