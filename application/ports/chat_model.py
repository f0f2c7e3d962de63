"""A language model behind a provider."""

from collections.abc import AsyncGenerator
from typing import Protocol, runtime_checkable

from domain.catalogue import ModelConfig
from domain.prompting import Completion, CompletionChunk, Prompt


class ChatModel(Protocol):
    """A provider's chat models. One call is one request upstream: retries belong to the caller."""

    async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Completion:
        """The model's answer to the prompt, at most `prompt.max_output_tokens` long.

        Raises: ProviderUnavailable, ProviderThrottled, ProviderRejected, UnusableCompletion (the provider's answer
        is no completion), DeadlineExceeded.
        """


@runtime_checkable
class StreamingChatModel(Protocol):
    """A provider whose answers can be read while they are written."""

    def stream(
        self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float
    ) -> AsyncGenerator[CompletionChunk, None]:
        """The answer piece by piece; usage comes with the last piece where the provider reports it.

        Closing the iterator ends the request upstream. Raises: as `ChatModel.complete`, at any piece.
        """
