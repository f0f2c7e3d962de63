"""Nearest neighbours among a user's cards."""

from collections.abc import Sequence
from typing import Protocol

from domain.embedding import Card, Neighbour, Vector
from domain.identity import UserScope


class VectorStore(Protocol):
    """A nearest-neighbour index over the cards of users, one space per embedding model and user.

    `space` names the embedding model: vectors of different models never meet.
    """

    async def upsert(self, cards: Sequence[Card], *, scope: UserScope, space: str) -> None:
        """Every card stored, replacing those of the same id. None is no change; the last of a repeated id counts.

        Raises: StoreUnavailable; Refused for vectors of another size than the space has, or with NaN.
        """

    async def search(
        self, query: Vector, *, scope: UserScope, space: str, top_k: int, among: frozenset[str] | None = None
    ) -> list[Neighbour]:
        """The nearest cards inside `scope`, best first, ties by card id, at most `top_k`.

        `among` narrows to these ids; an empty set finds nothing, None does not narrow. An unknown scope finds nothing.

        Shapes: query (dimensions,).
        Units: similarity is cosine, in [-1, 1], rounded to 5 decimals.
        Raises: StoreUnavailable. An outage is never an empty list. Refused for a query of another size than the space
        has, or with NaN.
        """

    async def delete(self, card_ids: Sequence[str], *, scope: UserScope, space: str) -> None:
        """None of the ids is stored any more; unknown ones are no error. Raises: StoreUnavailable."""

    async def count(self, *, scope: UserScope, space: str) -> int:
        """How many cards the scope holds. Raises: StoreUnavailable."""


class VectorStoreUpkeep(Protocol):
    """What is done to an index as a whole: to hold it against the archive, to leave a space, to forget a user."""

    async def card_ids(self, *, scope: UserScope, space: str) -> frozenset[str]:
        """Every card that the scope holds; none where it is unknown. Raises: StoreUnavailable."""

    async def total(self, *, space: str) -> int:
        """How many cards all users together hold in the space. Raises: StoreUnavailable."""

    async def drop(self, *, space: str) -> None:
        """Nothing of the space is there any more, for any user; an unknown one is fine. Raises: StoreUnavailable."""

    async def erase(self, *, scope: UserScope) -> None:
        """Nothing of the user is there any more, in any space, on the disk either. Raises: StoreUnavailable."""
