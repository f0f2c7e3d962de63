"""Vectors that were paid for once, in memory."""

from array import array
from collections.abc import Mapping, Sequence

from domain.embedding import Vector
from domain.identity import UserScope


class InMemoryEmbeddingCache:
    """Vectors by user, model and content hash."""

    def __init__(self) -> None:
        self._vectors: dict[tuple[str, str], dict[str, Vector]] = {}

    async def find(self, hashes: Sequence[str], *, model_id: str, scope: UserScope) -> dict[str, Vector]:
        """The vectors that are there, by hash."""
        there = self._vectors.get((scope.user_id, model_id), {})
        return {each: array("f", there[each]) for each in hashes if each in there}

    async def keep(self, vectors: Mapping[str, Vector], *, model_id: str, scope: UserScope) -> None:
        """The vectors are there from now on."""
        there = self._vectors.setdefault((scope.user_id, model_id), {})
        there.update((each, array("f", vector)) for each, vector in vectors.items())

    def forget_user(self, user_id: str) -> dict[str, int]:
        """Nothing of the user is there any more; how much was, by kind."""
        mine = [place for place in self._vectors if place[0] == user_id]
        return {"embeddings": sum(len(self._vectors.pop(place)) for place in mine)}
