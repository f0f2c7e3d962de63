"""The words of a user's cards."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from domain.bm25 import WordHits
from domain.identity import UserScope


class TextIndex(Protocol):
    """An index over the words of users' cards. What one user's cards say changes nothing for another."""

    async def put(self, cards: Mapping[str, Sequence[str]], *, scope: UserScope) -> None:
        """The terms of each card, by its id, as often as it says them; they replace what it said before.

        A term holds no blank. None is no change. Raises: StoreUnavailable.
        """

    async def search(
        self, terms: Sequence[str], *, scope: UserScope, top_k: int, among: frozenset[str] | None = None
    ) -> WordHits:
        """The cards that hold any of the terms, as `domain.bm25.ranked` ranks all of the user's.

        At most `top_k`, and all that score as the last of them; ties by card id. `among` narrows what is found, not
        how it is ranked; None does not narrow. Raises: StoreUnavailable. An outage is never an empty answer.
        """

    async def delete(self, card_ids: Sequence[str], *, scope: UserScope) -> None:
        """None of the ids says anything any more; unknown ones are no error. Raises: StoreUnavailable."""

    async def count(self, *, scope: UserScope) -> int:
        """How many cards the user has here. Raises: StoreUnavailable."""
