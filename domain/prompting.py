"""What is said to a model and what it says back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import ConfigurationError, Violation
from domain.language import Language
from domain.usage import TokenUsage

_SLOT = re.compile(r"\{\{\s*([a-z_][a-z0-9_]*)\s*\}\}")


class MessageRole(StrEnum):
    """Who says it."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing that is said."""

    role: MessageRole
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSchema:
    """The JSON Schema that an answer must follow, under a name."""

    name: str
    schema: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a model is asked: stable instructions first, so that a provider can cache the prefix. `version`: name@n."""

    version: str
    messages: tuple[Message, ...]
    answer_schema: AnswerSchema | None = None
    max_output_tokens: int | None = None
    temperature: float | None = None

    def and_then(self, *messages: Message) -> "Prompt":
        """The same prompt with more said."""
        return Prompt(
            version=self.version,
            messages=self.messages + messages,
            answer_schema=self.answer_schema,
            max_output_tokens=self.max_output_tokens,
            temperature=self.temperature,
        )


class FinishReason(StrEnum):
    """Why a model stopped."""

    STOP = "stop"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A model's whole answer. `usage` is None where the provider reported none."""

    text: str
    usage: TokenUsage | None
    finish_reason: FinishReason = FinishReason.STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionChunk:
    """A piece of a streamed answer; usage and finish reason come with the last ones, or not at all."""

    text: str = ""
    usage: TokenUsage | None = None
    finish_reason: FinishReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptTemplate:
    """A versioned text in one language. Slots are `{{ name }}`; rendering knows no logic."""

    name: str
    version: int
    language: Language
    instructions: str
    request: str

    @property
    def reference(self) -> str:
        """The name that a ledger row keeps: name@version."""
        return f"{self.name}@{self.version}"

    def slots(self) -> frozenset[str]:
        """Every variable that must be given."""
        return frozenset(_SLOT.findall(self.instructions) + _SLOT.findall(self.request))

    def render(self, **values: str) -> tuple[Message, ...]:
        """Instructions, then request. A value is never read for slots. Raises: ConfigurationError for a missing one."""
        missing = self.slots() - values.keys()
        if missing:
            raise ConfigurationError(
                *(
                    Violation(field=f"prompts.{self.reference}", message=f"no value for {name}")
                    for name in sorted(missing)
                )
            )
        instructions, request = (
            _SLOT.sub(lambda slot: values[slot[1]], text) for text in (self.instructions, self.request)
        )
        system = (Message(role=MessageRole.SYSTEM, text=instructions),) if instructions else ()
        return (*system, Message(role=MessageRole.USER, text=request))
