"""An answer that comes in pieces, as the meter passes it on."""

from dataclasses import dataclass, field

from domain.generation import Generation
from domain.prompting import CompletionChunk, FinishReason
from domain.usage import TokenUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed:
    """A piece of an answer. The first one is empty: the row is committed; the last one says what it took."""

    text: str = ""
    generation: Generation | None = None
    finish_reason: FinishReason | None = None


@dataclass(slots=True, kw_only=True)
class Heard:
    """What came of a stream so far."""

    texts: list[str] = field(default_factory=list)
    usage: TokenUsage | None = None
    finish_reason: FinishReason | None = None

    def add(self, chunk: CompletionChunk) -> None:
        """One piece more."""
        if chunk.text:
            self.texts.append(chunk.text)
        self.usage = chunk.usage or self.usage
        self.finish_reason = chunk.finish_reason or self.finish_reason

    @property
    def text(self) -> str:
        """All of it, joined."""
        return "".join(self.texts)
