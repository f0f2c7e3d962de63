"""An answer that comes in pieces, as the meter passes it on."""

from dataclasses import dataclass, field

from domain.generation import Generation
from domain.prompting import CompletionChunk, FinishReason
from domain.relay import RelayedChunk
from domain.usage import TokenUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed:
    """A piece of an answer. The first one is empty: the row is committed; the last one says what it took.

    `event` is the piece as the provider wrote it, where its words are passed on.
    """

    text: str = ""
    event: bytes = b""
    generation: Generation | None = None
    finish_reason: FinishReason | None = None


@dataclass(slots=True, kw_only=True)
class Heard:
    """What came of a stream so far. `passed_on` says whether its reader has anything of it."""

    passed_on: bool = False
    texts: list[str] = field(default_factory=list)
    usage: TokenUsage | None = None
    finish_reason: FinishReason | None = None

    def add(self, chunk: CompletionChunk) -> Streamed | None:
        """One piece more, as its reader is to have it; None where it holds nothing for them."""
        if chunk.text:
            self.texts.append(chunk.text)
        self.usage = chunk.usage or self.usage
        self.finish_reason = chunk.finish_reason or self.finish_reason
        event = chunk.event if isinstance(chunk, RelayedChunk) else b""
        if not chunk.text and not event:
            return None
        self.passed_on = True
        return Streamed(text=chunk.text, event=event)

    @property
    def text(self) -> str:
        """All of it, joined."""
        return "".join(self.texts)
