"""A language model behind a provider."""

from collections.abc import AsyncGenerator
from typing import Protocol, runtime_checkable

from domain.catalogue import ModelConfig
from domain.prompting import Completion, CompletionChunk, Prompt


class ChatModel(Protocol):
    """A provider's chat models. One call is one request upstream: retries belong to the caller."""

    async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Completion:
        """The model's answer to the prompt, at most `prompt.max_output_tokens` long.

        Raises: ProviderUnavailable, ProviderThrottled, ProviderRejected (no provider worked for it), ProviderBrokeOff
        (it may have), UnusableCompletion (the provider's answer is no completion), DeadlineExceeded (once the request
        may have been received).
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


@runtime_checkable
class TextsSent(Protocol):
    """A provider that tells what it sends, so that it can be counted before it is asked."""

    def texts_sent(self, prompt: Prompt, *, model: ModelConfig) -> list[str]:
        """Every text that the provider reads of the prompt: one a message as it is sent, and the schema as JSON."""
