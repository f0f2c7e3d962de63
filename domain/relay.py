"""Requests that are passed on in the words of OpenAI's interface, and what of them counts here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.prompting import CompletionChunk, FinishReason
from domain.usage import TokenUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayedRequest:
    """A request for a completion. What is not named here is the provider's to understand.

    `members` are the members of its body, each as the JSON it came in. `texts` is all that a model reads of it as
    words, `other_input_tokens` the most that it can read besides, such as of pictures. `usage_wanted` says whether
    whoever asked for a stream wants its usage too.
    """

    members: Mapping[str, bytes] = field(repr=False)
    model_id: str | None
    texts: tuple[str, ...] = field(repr=False)
    other_input_tokens: int = 0
    choices: int = 1
    max_output_tokens: int | None = None
    stream: bool = False
    usage_wanted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayedAnswer:
    """A whole answer as the provider wrote it. `usage` is None where it reported none."""

    body: bytes = field(repr=False)
    usage: TokenUsage | None
    text: str = field(default="", repr=False)
    finish_reason: FinishReason = FinishReason.STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayedChunk(CompletionChunk):
    """A piece of a stream with the event that it came in; `event` is empty where whoever asked must not see it."""

    event: bytes = field(default=b"", repr=False)
