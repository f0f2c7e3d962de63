"""Texts as points, and what is near."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import hypot, isfinite
from operator import mul
from typing import TypeAlias

from domain.errors import Refused, Violation
from domain.usage import TokenUsage

Vector: TypeAlias = "array[float]"
"""32-bit floats (`array("f")`), shape (dimensions,), of length 1."""
SIMILARITY_DECIMALS = 5

MOST_TEXTS = 256
MOST_CHARACTERS = 200_000
"""What one request carries: OpenAI takes 2,048 texts and 300,000 tokens, and a character is at most about a token."""


class TextKind(StrEnum):
    """Whether a text asks or answers; some models embed the two differently."""

    QUERY = "query"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """One vector a text, in order. `usage` is None where the provider reported none."""

    vectors: tuple[Vector, ...]
    usage: TokenUsage | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What an index keeps of a thing: an opaque id and its vector. Texts stay in the archive."""

    card_id: str
    vector: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A card that is near. Units: similarity is cosine, in [-1, 1], rounded to 5 decimals."""

    card_id: str
    similarity: float


def nearest_first(neighbours: Iterable[Neighbour], top_k: int) -> list[Neighbour]:
    """At most `top_k`, best first, ties by id: the one order that every store answers in."""
    return sorted(neighbours, key=lambda found: (-found.similarity, found.card_id))[:top_k]


def of_length_one(vector: Vector) -> Vector:
    """Its direction, to the last bit the same for every store; a vector without a direction stays as it is."""
    length = hypot(*vector)
    return array("f", [number / length for number in vector]) if length else vector


def similarity_of(left: Vector, right: Vector) -> float:
    """The cosine of two vectors of length 1, clamped, since rounding errors can carry it past 1."""
    cosine: float = sum(map(mul, left, right))
    return round(min(1.0, max(-1.0, cosine)), SIMILARITY_DECIMALS)


def refuse_misfits(cards: Sequence[Card], *, dimensions: int | None) -> None:
    """Every vector has that size, or that of the first, and numbers only. Raises: Refused, with each that has not."""
    size = dimensions or (len(cards[0].vector) if cards else 0)
    wrong = [
        Violation(field=f"cards[{i}].vector", message=f"must be {size} finite numbers, and has {len(card.vector)}")
        for i, card in enumerate(cards)
        if not _fits(card.vector, size)
    ]
    if wrong:
        raise Refused(*wrong)


def refuse_misfit_query(query: Vector, *, dimensions: int | None) -> None:
    """It has that size, or any, and numbers only. Raises: Refused."""
    if not _fits(query, dimensions or len(query)):
        message = f"must be {dimensions or 'some'} finite numbers, and has {len(query)}"
        raise Refused(Violation(field="query", message=message))


def _fits(vector: Vector, size: int) -> bool:
    # A number that is none makes the sum none; one too large for 64 bits cannot come of 32.
    return len(vector) == size > 0 and isfinite(sum(vector))


def portions(texts: Sequence[str], *, most_texts: int = MOST_TEXTS) -> list[list[str]]:
    """The texts in order, in groups that one request may carry; a text too long for any is alone."""
    groups: list[list[str]] = []
    room = 0
    for text in texts:
        if not groups or len(groups[-1]) == most_texts or len(text) > room:
            groups.append([])
            room = MOST_CHARACTERS
        groups[-1].append(text)
        room -= len(text)
    return groups


def joined(parts: Sequence[Embedded]) -> Embedded:
    """What several requests gave, as one; no usage where any part has none: a sum that leaves some out looks exact."""
    reported = [part.usage for part in parts if part.usage is not None]
    return Embedded(
        vectors=tuple(vector for part in parts for vector in part.vectors),
        usage=sum(reported, TokenUsage()) if len(reported) == len(parts) else None,
    )
