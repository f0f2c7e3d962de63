"""Nearest neighbours by comparing with every card of the user, in memory."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from domain.embedding import (
    SIMILARITY_DECIMALS,
    Card,
    Neighbour,
    Vector,
    nearest_first,
    of_length_one,
    refuse_misfit_query,
    refuse_misfits,
)
from domain.identity import UserScope

Floats: TypeAlias = npt.NDArray[np.float32]
MARGIN = 2e-5
"""More than rounding to 5 decimals and 32-bit arithmetic together can move a similarity."""


@dataclass(slots=True, kw_only=True)
class _Space:
    """The cards of one user and model. `matrix` is made by the first search after a change."""

    vectors: dict[str, Floats] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    matrix: Floats | None = None

    @property
    def dimensions(self) -> int | None:
        return next((len(vector) for vector in self.vectors.values()), None)

    def rows(self) -> Floats:
        """Shapes: (cards, dimensions), each of length 1, in the order of `ids`."""
        if self.matrix is None:
            self.ids = list(self.vectors)
            self.matrix = np.stack(list(self.vectors.values()))
        return self.matrix


class InMemoryVectorStore:
    """The exact answer, in time that grows with the user's cards alone."""

    def __init__(self) -> None:
        self._spaces: dict[tuple[str, str], _Space] = {}
        self.identity = f"memory-{secrets.token_hex(8)}"

    async def start(self) -> None:
        """Ready to be asked; it always is."""

    async def close(self) -> None:
        """What is held stays until the object goes."""

    async def check(self) -> str:
        """One word or two on its state."""
        return "in memory"

    async def upsert(self, cards: Sequence[Card], *, scope: UserScope, space: str) -> None:
        """Every card stored, replacing those of the same id. Raises: Refused, and nothing is stored then."""
        if not cards:
            return
        held = self._spaces.get((scope.user_id, space)) or _Space()
        refuse_misfits(cards, dimensions=held.dimensions)
        held.vectors |= {card.card_id: _direction(card.vector) for card in cards}
        held.matrix = None
        self._spaces[scope.user_id, space] = held

    async def search(
        self, query: Vector, *, scope: UserScope, space: str, top_k: int, among: frozenset[str] | None = None
    ) -> list[Neighbour]:
        """The nearest cards inside `scope`, best first, ties by card id. Raises: Refused."""
        held = self._spaces.get((scope.user_id, space))
        refuse_misfit_query(query, dimensions=None if held is None else held.dimensions)
        point = _direction(query)
        if held is None or not held.vectors or among == frozenset():
            return []
        rows = held.rows()
        places = np.arange(len(rows)) if among is None else _places(held.ids, among)
        # Copying all rows out costs more than multiplying them where they are.
        near = rows @ point if among is None else rows[places] @ point
        best = places[_near_the_best(near, top_k)]
        exact = rows[best].astype(np.float64) @ point.astype(np.float64)
        return nearest_first(_neighbours([held.ids[place] for place in best], exact), top_k)

    async def delete(self, card_ids: Sequence[str], *, scope: UserScope, space: str) -> None:
        """None of the ids is stored any more; unknown ones are no error."""
        held = self._spaces.get((scope.user_id, space))
        if held is not None:
            for card_id in card_ids:
                held.vectors.pop(card_id, None)
            held.matrix = None

    async def count(self, *, scope: UserScope, space: str) -> int:
        """How many cards the scope holds."""
        held = self._spaces.get((scope.user_id, space))
        return 0 if held is None else len(held.vectors)

    async def card_ids(self, *, scope: UserScope, space: str) -> frozenset[str]:
        """Every card that the scope holds."""
        held = self._spaces.get((scope.user_id, space))
        return frozenset() if held is None else frozenset(held.vectors)

    async def total(self, *, space: str) -> int:
        """How many cards all users together hold in the space."""
        return sum(len(held.vectors) for (_, its_space), held in self._spaces.items() if its_space == space)

    async def drop(self, *, space: str) -> None:
        """Nothing of the space is there any more, for any user."""
        self._spaces = {key: held for key, held in self._spaces.items() if key[1] != space}

    async def erase(self, *, scope: UserScope) -> None:
        """Nothing of the user is there any more, in any space."""
        self._spaces = {key: held for key, held in self._spaces.items() if key[0] != scope.user_id}


def _direction(vector: Vector) -> Floats:
    return np.asarray(of_length_one(vector), dtype=np.float32)


def _places(ids: Sequence[str], among: frozenset[str]) -> npt.NDArray[np.intp]:
    return np.array([place for place, card_id in enumerate(ids) if card_id in among], dtype=np.intp)


def _near_the_best(similarities: Floats, top_k: int) -> npt.NDArray[np.intp]:
    """The places of all that may be among the best, those of equal rounded similarity included."""
    if len(similarities) <= top_k:
        return np.arange(len(similarities))
    worst = np.partition(similarities, len(similarities) - top_k)[len(similarities) - top_k]
    return np.flatnonzero(similarities >= worst - MARGIN)


def _neighbours(ids: Sequence[str], similarities: npt.NDArray[np.float64]) -> list[Neighbour]:
    """Clamped, since rounding errors can carry a cosine past 1."""
    rounded = (round(min(1.0, max(-1.0, float(number))), SIMILARITY_DECIMALS) for number in similarities)
    return [Neighbour(card_id=card, similarity=number) for card, number in zip(ids, rounded, strict=True)]
