"""Vectors that were paid for once."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from domain.embedding import Vector
from domain.identity import UserScope


class EmbeddingCache(Protocol):
    """Vectors by model and content hash, inside one user's scope."""

    async def find(self, hashes: Sequence[str], *, model_id: str, scope: UserScope) -> dict[str, Vector]:
        """The vectors that are there, by hash. Raises: StoreUnavailable."""

    async def keep(self, vectors: Mapping[str, Vector], *, model_id: str, scope: UserScope) -> None:
        """The vectors are there from now on. Raises: StoreUnavailable."""
