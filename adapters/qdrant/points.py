"""Cards as points of Qdrant: ids that it takes, whose they are, and filters that always say so."""

from collections.abc import Iterable, Sequence
from uuid import UUID, uuid5

from qdrant_client import models

from domain.embedding import Card, of_length_one
from domain.identity import UserScope
from domain.index_names import owner_name

CARDS = UUID("6b0c1e1e-5f0a-4b6e-9a57-6b1f2f0f5d3c")
"""The name space of the ids; any would do that never changes."""
OWNER, CARD = "owner", "card"


def point_id(card_id: str, scope: UserScope) -> str:
    """The id of the user's card: that of another user's card of the same name is another one."""
    return str(uuid5(CARDS, f"{owner_name(scope)}/{card_id}"))


def points(cards: Sequence[Card], scope: UserScope) -> models.Batch:
    """The cards as they are stored."""
    return models.Batch(
        ids=[point_id(card.card_id, scope) for card in cards],
        vectors=[of_length_one(card.vector).tolist() for card in cards],
        payloads=[{OWNER: owner_name(scope), CARD: card.card_id} for card in cards],
    )


def of(scope: UserScope, *, among: Iterable[str] | None = None) -> models.Filter:
    """The user's points, or those `among` them: there is no other filter here, and never an empty one."""
    owned = models.FieldCondition(key=OWNER, match=models.MatchValue(value=owner_name(scope)))
    if among is None:
        return models.Filter(must=[owned])
    return models.Filter(must=[owned, models.HasIdCondition(has_id=[point_id(card_id, scope) for card_id in among])])
