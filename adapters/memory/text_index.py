"""The words of a user's cards, in memory."""

from collections.abc import Mapping, Sequence

from domain.bm25 import WordHits, counted, ranked
from domain.identity import UserScope


class InMemoryTextIndex:
    """The reference itself, over every card of the user each time."""

    def __init__(self) -> None:
        self._cards: dict[str, dict[str, Mapping[str, int]]] = {}

    async def put(self, cards: Mapping[str, Sequence[str]], *, scope: UserScope) -> None:
        """The terms of each card; they replace what it said before."""
        self._of(scope).update((card_id, counted(terms)) for card_id, terms in cards.items())

    async def search(
        self, terms: Sequence[str], *, scope: UserScope, top_k: int, among: frozenset[str] | None = None
    ) -> WordHits:
        """The cards that hold any of the terms, best first."""
        return ranked(terms, self._of(scope), top_k=top_k, among=among)

    async def delete(self, card_ids: Sequence[str], *, scope: UserScope) -> None:
        """None of the ids says anything any more."""
        for card_id in card_ids:
            self._of(scope).pop(card_id, None)

    async def count(self, *, scope: UserScope) -> int:
        """How many cards the user has here."""
        return len(self._of(scope))

    def forget_user(self, user_id: str) -> dict[str, int]:
        """Nothing of the user is there any more; cards are counted as what they are of."""
        self._cards.pop(user_id, None)
        return {}

    def _of(self, scope: UserScope) -> dict[str, Mapping[str, int]]:
        return self._cards.setdefault(scope.user_id, {})
