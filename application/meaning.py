"""Search by meaning: the vector of a question, and what lies near it."""

from collections.abc import Sequence
from dataclasses import dataclass

from application.metering import MeteredEmbedder
from application.ports.vector_store import VectorStore
from domain.embedding import Neighbour, TextKind, Vector
from domain.errors import (
    BudgetExhausted,
    DeadlineExceeded,
    ModelNotAllowed,
    ModelUnavailable,
    ProviderUnavailable,
    UnknownModel,
    UnusableCompletion,
)
from domain.generation import Caller
from domain.identity import UserScope
from domain.space import StoredSpace

POOL_FACTOR = 4
WITHOUT_MEANING = (
    BudgetExhausted, ProviderUnavailable, ModelUnavailable, DeadlineExceeded, UnknownModel, ModelNotAllowed,
    UnusableCompletion,
)  # fmt: skip
"""Failures of an embedding that words can stand in for: the model that made the space may be there no more. That of a
store is none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """The embedding model and the vectors that it made, in the space that serves."""

    vectors: VectorStore
    embedder: MeteredEmbedder
    space: StoredSpace

    async def of(self, text: str, *, caller: Caller) -> Vector:
        """The vector of a question. Raises: what `MeteredEmbedder.embed` does."""
        metered = await self.embedder.embed([text], kind=TextKind.QUERY, caller=caller, space=self.space)
        return metered.answer.vectors[0]

    async def if_it_can_be_had(self, text: str, *, caller: Caller) -> "Vector | None":
        """The same, or None where the budget is used up or no model answers. Raises: StoreUnavailable, RateLimited."""
        try:
            return await self.of(text, caller=caller)
        except WITHOUT_MEANING:
            return None

    async def neighbours(
        self, vector: Vector, pool: int, *, scope: UserScope, among: frozenset[str] | None = None
    ) -> list[Neighbour]:
        """So many, or those of them that do not tie with what was left out: ties are for `backtest_id` to decide."""
        least = pool
        while True:
            near = await self.vectors.search(vector, scope=scope, space=self.space.name, top_k=pool, among=among)
            if len(near) < pool:
                return near
            if near[-1].similarity < near[least // POOL_FACTOR].similarity:
                # Which of those that tie with the last came along is the store's choice, so none of them counts.
                return [neighbour for neighbour in near if neighbour.similarity > near[-1].similarity]
            pool *= POOL_FACTOR

    async def similarities(self, vector: Vector, card_ids: Sequence[str], *, scope: UserScope) -> dict[str, float]:
        """The cosines of these cards, by id; a card without a vector has none."""
        if not card_ids:
            return {}
        near = await self.vectors.search(
            vector, scope=scope, space=self.space.name, top_k=len(card_ids), among=frozenset(card_ids)
        )
        return {one.card_id: one.similarity for one in near}
