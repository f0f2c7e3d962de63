"""A model that turns texts into vectors."""

from collections.abc import Sequence
from typing import Protocol

from domain.catalogue import ModelConfig
from domain.embedding import Embedded, TextKind


class Embedder(Protocol):
    """A provider's embedding models."""

    async def embed(
        self, texts: Sequence[str], *, kind: TextKind, model: ModelConfig, timeout_seconds: float
    ) -> Embedded:
        """One vector a text, in order; no text gives no vector.

        Shapes: (len(texts), model.dimensions), each of length 1.
        Raises: ProviderUnavailable and its kin, DeadlineExceeded; Refused for a text with a NUL.
        """
