"""A model that turns texts into vectors."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from domain.catalogue import ModelConfig
from domain.embedding import Embedded, TextKind


class Embedder(Protocol):
    """A provider's embedding models."""

    async def embed(
        self, texts: Sequence[str], *, kind: TextKind, model: ModelConfig, timeout_seconds: float
    ) -> Embedded:
        """One vector a text, in order, by one request; no text gives no vector, and asks nobody.

        The caller keeps to what one request may carry: `domain.embedding.portions`.

        Shapes: (len(texts), model.dimensions), each of length 1.
        Raises: ProviderUnavailable and its kin, DeadlineExceeded; Refused for a text with a NUL.
        """


@runtime_checkable
class LimitedAtOnce(Protocol):
    """An embedder for which fewer texts in a call are better than the most that a request may carry."""

    @property
    def texts_at_once(self) -> int:
        """So many texts in a call: with more, it is long before any of them is answered."""
