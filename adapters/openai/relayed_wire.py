"""What is read of answers that are passed on: enough to count them, and to know how they end."""

from collections.abc import Iterator, Sequence

import msgspec

from adapters.openai.failure_wire import StreamError
from adapters.openai.wire import Usage


class RelayedFunction(msgspec.Struct, frozen=True, kw_only=True):
    """A function that a model calls, or a piece of that."""

    name: str | None = None
    arguments: str | None = None


class RelayedCall(msgspec.Struct, frozen=True, kw_only=True):
    """A tool call, or a piece of it."""

    function: RelayedFunction | None = None


class RelayedWords(msgspec.Struct, frozen=True, kw_only=True):
    """All that a model writes in a choice; `reasoning_content` is what some servers show of its thinking."""

    content: str | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    tool_calls: Sequence[RelayedCall] | None = None
    function_call: RelayedFunction | None = None

    def written(self) -> Iterator[str]:
        """Each text of it."""
        for text in (self.reasoning_content, self.content, self.refusal):
            if text:
                yield text
        called = [call.function for call in self.tool_calls or ()] + [self.function_call]
        for function in called:
            if function is not None:
                yield from filter(None, (function.name, function.arguments))


class RelayedChoice(msgspec.Struct, frozen=True, kw_only=True):
    """One answer, or a piece of it."""

    message: RelayedWords | None = None
    delta: RelayedWords | None = None
    finish_reason: str | None = None


class RelayedWire(msgspec.Struct, frozen=True, kw_only=True):
    """A completion, or an event of a stream."""

    choices: Sequence[RelayedChoice] = ()
    usage: Usage | None = None
    error: StreamError | None = None

    @property
    def text(self) -> str:
        """All that is written in it."""
        words = (choice.delta or choice.message for choice in self.choices)
        return "".join(text for each in words if each is not None for text in each.written())


RELAYED = msgspec.json.Decoder(RelayedWire)
