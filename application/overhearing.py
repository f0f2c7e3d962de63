"""Providers that are heard: the same answers, and what is said on either side is noted."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from application.bodies import BodyDesk
from application.ports.chat_model import ChatModel, StreamingChatModel
from domain.catalogue import ModelConfig
from domain.prompting import Completion, CompletionChunk, Prompt


class _Streaming(ChatModel, StreamingChatModel, Protocol):
    """A provider that answers either way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverheardChatModel:
    """A provider's models, heard for one operation."""

    provider: ChatModel
    desk: BodyDesk
    operation_id: str

    async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Completion:
        """As the port says."""
        draft = self.desk.asked(self.operation_id, prompt)
        answer = await self.provider.complete(prompt, model=model, timeout_seconds=timeout_seconds)
        if draft is not None:
            draft.hear(answer.text)
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class OverheardStreamingChatModel(OverheardChatModel):
    """A provider whose answers can be read while they are written, heard for one operation."""

    provider: _Streaming

    async def stream(
        self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float
    ) -> AsyncGenerator[CompletionChunk, None]:
        """As the port says."""
        draft = self.desk.asked(self.operation_id, prompt)
        chunks = self.provider.stream(prompt, model=model, timeout_seconds=timeout_seconds)
        async with aclosing(chunks):
            async for chunk in chunks:
                if draft is not None:
                    draft.hear(chunk.text)
                yield chunk


def overheard(provider: ChatModel, desk: BodyDesk, *, operation_id: str) -> ChatModel:
    """The same provider, able to what it was able to."""
    if isinstance(provider, StreamingChatModel):
        return OverheardStreamingChatModel(provider=provider, desk=desk, operation_id=operation_id)
    return OverheardChatModel(provider=provider, desk=desk, operation_id=operation_id)
