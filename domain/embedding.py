"""Texts as points, and what is near."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from domain.usage import TokenUsage

Vector: TypeAlias = "array[float]"
"""32-bit floats (`array("f")`), shape (dimensions,), of length 1."""


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
