"""A provider that is spoken to in the words of OpenAI's interface."""

from collections.abc import AsyncGenerator
from typing import Protocol, runtime_checkable

from domain.catalogue import ModelConfig
from domain.relay import RelayedAnswer, RelayedChunk, RelayedRequest


@runtime_checkable
class ChatRelay(Protocol):
    """A provider's chat models, asked in the caller's own words. One call is one request upstream."""

    async def relay(self, request: RelayedRequest, *, model: ModelConfig, timeout_seconds: float) -> RelayedAnswer:
        """The provider's answer, unchanged. What is sent is the request with the model's name and output limit.

        Raises: as `ChatModel.complete`.
        """

    def relay_stream(
        self, request: RelayedRequest, *, model: ModelConfig, timeout_seconds: float
    ) -> AsyncGenerator[RelayedChunk, None]:
        """The provider's events, unchanged and in order; its usage is asked for in any case.

        Closing the iterator ends the request upstream. Raises: as `ChatModel.complete`, at any piece.
        """
