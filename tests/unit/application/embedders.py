"""Embedding providers that fail as real ones do."""

import asyncio
from collections import deque
from collections.abc import Sequence

from adapters.memory.embedder import HashedWordsEmbedder
from domain.catalogue import ModelConfig
from domain.embedding import Embedded, TextKind
from domain.errors import DomainError, ProviderUnavailable, Refused, Violation

OUTAGE = ProviderUnavailable("models", "503: overloaded", retry_after_seconds=60.0)


class FailingEmbedder(HashedWordsEmbedder):
    """Raises its failures first, in order; then it works."""

    def __init__(self, *failures: DomainError) -> None:
        super().__init__()
        self.failures = deque(failures)

    async def embed(
        self, texts: Sequence[str], *, kind: TextKind, model: ModelConfig, timeout_seconds: float
    ) -> Embedded:
        if self.failures:
            raise self.failures.popleft()
        return await super().embed(texts, kind=kind, model=model, timeout_seconds=timeout_seconds)


class PickyEmbedder(HashedWordsEmbedder):
    """Refuses every batch with a text that holds the word."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    async def embed(
        self, texts: Sequence[str], *, kind: TextKind, model: ModelConfig, timeout_seconds: float
    ) -> Embedded:
        for i, text in enumerate(texts):
            if self.word in text:
                raise Refused(Violation(field=f"texts[{i}]", message="is refused"))
        return await super().embed(texts, kind=kind, model=model, timeout_seconds=timeout_seconds)


class CountingEmbedder(HashedWordsEmbedder):
    """Keeps every text that it embedded. Its requests meet the failures in order, None being none; then all goes well.

    While `may_answer` is not set, every request waits; `asked` is set by each.
    """

    def __init__(self, *failures: DomainError | None) -> None:
        super().__init__()
        self.failures = deque(failures)
        self.requests: list[list[str]] = []
        self.texts: list[str] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.asked = asyncio.Event()

    async def embed(
        self, texts: Sequence[str], *, kind: TextKind, model: ModelConfig, timeout_seconds: float
    ) -> Embedded:
        self.requests.append(list(texts))
        self.asked.set()
        await self.may_answer.wait()
        failure = self.failures.popleft() if self.failures else None
        if failure is not None:
            raise failure
        self.texts += texts
        return await super().embed(texts, kind=kind, model=model, timeout_seconds=timeout_seconds)
