"""The parts of OpenAI's wire format that are read: unknown members are passed over, missing ones are None."""

from collections.abc import Sequence

import msgspec

from adapters.openai.failure_wire import StreamError
from domain.catalogue import CachedTokens
from domain.errors import UnusableCompletion
from domain.prompting import FinishReason
from domain.usage import TokenUsage

MOST_TOKENS = 1_000_000_000
"""In one bucket of one call, far above every model's window: sums of such reports would not fit into a column."""


class PromptTokensDetails(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the prompt was read from a cache, or written to one."""

    cached_tokens: int | None = None
    cache_write_tokens: int | None = None


class CompletionTokensDetails(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the answer was reasoning."""

    reasoning_tokens: int | None = None


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider reports of a call.

    The cached tokens stand in the details, or, at servers before other vendors' models, under those vendors' names:
    `cache_read_input_tokens` and `cache_creation_input_tokens` (Anthropic), `prompt_cache_hit_tokens` (DeepSeek).
    """

    prompt_tokens: int
    completion_tokens: int | None = None
    prompt_tokens_details: PromptTokensDetails | None = None
    completion_tokens_details: CompletionTokensDetails | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    prompt_cache_hit_tokens: int | None = None

    @property
    def cached(self) -> int:
        """Read from a cache."""
        named = self.prompt_tokens_details and self.prompt_tokens_details.cached_tokens
        return named or self.cache_read_input_tokens or self.prompt_cache_hit_tokens or 0

    @property
    def written(self) -> int:
        """Written to a cache."""
        named = self.prompt_tokens_details and self.prompt_tokens_details.cache_write_tokens
        return named or self.cache_creation_input_tokens or 0


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What is said in a choice, whole or a piece of it."""

    content: str | None = None
    refusal: str | None = None


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One answer, or a piece of it."""

    message: Words | None = None
    delta: Words | None = None
    finish_reason: str | None = None


class ChatAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A completion, or an event of a stream."""

    choices: Sequence[Choice] = ()
    usage: Usage | None = None
    error: StreamError | None = None


class EmbeddedText(msgspec.Struct, frozen=True, kw_only=True):
    """One vector: base64 of little-endian 32-bit floats, or, from servers that do not know base64, the numbers."""

    index: int
    embedding: str | list[float]


class EmbeddingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The vectors of one request."""

    data: Sequence[EmbeddedText]
    usage: Usage | None = None


CHAT_ANSWER = msgspec.json.Decoder(ChatAnswer)
EMBEDDING_ANSWER = msgspec.json.Decoder(EmbeddingAnswer)
_FINISH_REASONS = {
    "stop": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "content_filter": FinishReason.CONTENT_FILTER,
}


def finish_reason(word: str | None) -> FinishReason:
    """The reason in our terms; some compatible servers leave it out of a whole answer, which then is one."""
    return FinishReason.STOP if word is None else _FINISH_REASONS.get(word, FinishReason.OTHER)


def token_usage(usage: Usage | None, *, cached: CachedTokens) -> TokenUsage | None:
    """The buckets as the provider means them; None where it reports none.

    OpenAI counts cached tokens among the prompt's; a server that counts them `apart` has them added, so that input is
    all that was read, and no token is in two buckets.

    Raises: UnusableCompletion for figures that contradict each other, or that no call comes to: they must not reach the
    ledger as facts.
    """
    if usage is None:
        return None
    if max(usage.prompt_tokens, usage.completion_tokens or 0, usage.cached, usage.written) > MOST_TOKENS:
        raise UnusableCompletion(f"the provider's usage is more than {MOST_TOKENS:,} tokens", part="openai")
    answer = usage.completion_tokens_details
    beside = usage.cached + usage.written if cached is CachedTokens.APART else 0
    try:
        return TokenUsage(
            input_tokens=usage.prompt_tokens + beside,
            cached_input_tokens=usage.cached,
            cache_write_tokens=usage.written,
            output_tokens=usage.completion_tokens or 0,
            reasoning_tokens=(answer and answer.reasoning_tokens) or 0,
        )
    except ValueError as error:
        raise UnusableCompletion(f"the provider's usage contradicts itself: {error}", part="openai") from error
