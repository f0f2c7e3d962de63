"""Directions, what is near what, and random changes: what the contract of vector stores works with."""

import random
from collections.abc import Awaitable, Callable, Iterable
from math import cos, radians, sin

from application.ports.vector_store import VectorStore
from domain.embedding import Neighbour, Vector, nearest_first
from domain.identity import UserScope
from entrypoints.parts import StartedVectorStore
from tests.builders import a_card, a_scope, a_vector

Reopen = Callable[[], Awaitable[StartedVectorStore]]
MINA, JUN = a_scope("mina@quant.kr"), a_scope("준/서울")
SPACE, OTHER_SPACE = "multilingual-e5-small", "openai/text-embedding-3-large"
DEGREES = (0, 7, 19, 33, 48, 64, 81, 99, 118, 138)


def pointing(degrees: float) -> tuple[float, ...]:
    return (cos(radians(degrees)), sin(radians(degrees)), 0.0, 0.0)


NORTH = a_vector(*pointing(0))


async def found(
    store: VectorStore,
    query: Vector = NORTH,
    *,
    scope: UserScope = MINA,
    space: str = SPACE,
    top_k: int = 100,
    among: frozenset[str] | None = None,
) -> list[str]:
    answer = await store.search(query, scope=scope, space=space, top_k=top_k, among=among)
    assert answer == nearest_first(answer, top_k)
    return [neighbour.card_id for neighbour in answer]


async def a_random_change(
    store: VectorStore, held: dict[str, float], chance: random.Random, *, scope: UserScope, space: str
) -> None:
    ids = [f"card-{chance.randrange(30):02}" for _ in range(chance.randrange(12))]
    if chance.random() < 0.3:
        await store.delete(ids, scope=scope, space=space)
        for card_id in ids:
            held.pop(card_id, None)
    else:
        angles = [float(chance.choice(DEGREES)) for _ in ids]
        cards = [a_card(card_id, pointing(angle)) for card_id, angle in zip(ids, angles, strict=True)]
        await store.upsert(cards, scope=scope, space=space)
        held.update(zip(ids, angles, strict=True))


async def it_holds(
    store: VectorStore, held: dict[str, float], chance: random.Random, *, scope: UserScope, space: str
) -> None:
    among = frozenset(chance.sample(sorted(held), len(held) // 2)) if chance.random() < 0.5 else None
    top_k = chance.randrange(1, 12)
    exact = [
        Neighbour(card_id=card_id, similarity=round(cos(radians(angle)), 5))
        for card_id, angle in held.items()
        if among is None or card_id in among
    ]
    expected = [neighbour.card_id for neighbour in nearest_first(exact, top_k)]
    assert await found(store, scope=scope, space=space, top_k=top_k, among=among) == expected
    assert await store.count(scope=scope, space=space) == len(held)


def a_random_direction(chance: random.Random, dimensions: int) -> Vector:
    return a_vector(*(chance.gauss(0, 1) for _ in range(dimensions)))


def cosine(left: Iterable[float], right: Iterable[float]) -> float:
    return sum(x * y for x, y in zip(left, right, strict=True))
