"""What every answer that a model had a part in says of it."""

from decimal import Decimal

import msgspec

from domain.generation import Generation
from domain.retrieval import Context


class UsageBody(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens by bucket; input includes the cached ones, output the reasoning ones."""

    input_tokens: int
    cached_input_tokens: int
    cache_write_tokens: int
    output_tokens: int
    reasoning_tokens: int
    estimated: bool


class GenerationBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which model was called, how often, for how much; `notes` say what the answer owes to rules and templates.

    `max_output_tokens` is the bound on the answer that was sent to the model, null where none was asked; an answer that
    ended there says so in `notes`.
    """

    operation_id: str
    service: str
    provider: str
    model_id: str
    prompt_version: str | None
    attempts: int
    cache: str
    usage: UsageBody
    cost_usd: str
    latency_ms: int
    max_output_tokens: int | None
    notes: list[str]

    @staticmethod
    def of(generation: Generation) -> "GenerationBody":
        """The generation as it goes out."""
        usage = generation.usage
        return GenerationBody(
            operation_id=generation.operation_id,
            service=generation.service,
            provider=generation.provider,
            model_id=generation.model_id,
            prompt_version=generation.prompt_version,
            attempts=generation.attempts,
            cache=generation.cache,
            usage=UsageBody(
                input_tokens=usage.input_tokens,
                cached_input_tokens=usage.cached_input_tokens,
                cache_write_tokens=usage.cache_write_tokens,
                output_tokens=usage.output_tokens,
                reasoning_tokens=usage.reasoning_tokens,
                estimated=usage.estimated,
            ),
            cost_usd=money(generation.cost_usd),
            latency_ms=generation.latency_ms,
            max_output_tokens=generation.max_output_tokens,
            notes=list(generation.notes),
        )


class ContextBody(msgspec.Struct, frozen=True, kw_only=True):
    """A text that went into the prompt, and where it is from."""

    kind: str
    id: str
    similarity: float | None
    text: str

    @staticmethod
    def of(context: Context) -> "ContextBody":
        """The context as it goes out."""
        return ContextBody(kind=context.kind.value, id=context.id, similarity=context.similarity, text=context.text)


def money(amount: Decimal) -> str:
    """An amount in USD as plain digits, never in exponents, with no zeros that say nothing."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text
