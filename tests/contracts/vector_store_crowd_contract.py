"""What every nearest-neighbour index promises of many users, many cards and many at once, against the exact answer."""

import asyncio
import random
from array import array

import pytest

from adapters.memory.vector_store import InMemoryVectorStore
from application.ports.vector_store import VectorStore
from domain.embedding import Card, Vector
from domain.errors import Refused
from domain.identity import UserScope
from entrypoints.parts import StartedVectorStore
from tests.builders import a_card, a_scope, a_vector
from tests.contracts.directions import JUN, MINA, NORTH, SPACE, Reopen, a_random_direction, found, pointing

USERS = [
    a_scope(f"{name}{n}{tail}")
    for n in range(50)
    for name, tail in (("u", ""), ("U", ""), ("연구원 ", "@a.kr"), ("'", '"'))
]
IDS = [
    "카드-1",
    "a@b.kr",
    "it's",
    'say "hi"',
    "a b",
    "%",
    "_",
    "\\",
    "a/b",
    "../x",
    "a\nb",
    "\U0001f4c8",
    "x" * 300,
    "-1",
    "NULL",
]
LENGTHS = (0.001, 0.5, 3.0, 1000.0)


async def same(store: VectorStore, oracle: VectorStore, query: Vector, *, scope: UserScope = MINA, top_k: int) -> bool:
    """Whether both give the same cards with the same similarities in the same order."""
    answers = [await each.search(query, scope=scope, space=SPACE, top_k=top_k) for each in (store, oracle)]
    return answers[0] == answers[1]


def a_family(count: int, dimensions: int, chance: random.Random) -> list[Card]:
    """Near-equal cards, some quite equal, in a narrow cone as real embeddings are."""
    middle = [chance.gauss(3, 1) for _ in range(dimensions)]
    spread = (0.0, 0.01, 0.1, 0.3)
    points = [[x + chance.gauss(0, 1) * spread[n % 4] for x in middle] for n in range(count)]
    return [Card(card_id=f"card-{n:05}", vector=a_vector(*point)) for n, point in enumerate(points)]


class VectorStoreCrowdContract:
    """The fixtures of the contract of vector stores. `many` cards go in at once."""

    many = 40_000

    async def test_a_batch_of_many_goes_in_at_once_and_the_nearest_are_found(self, store: StartedVectorStore) -> None:
        chance = random.Random(1)  # noqa: S311  # directions, not secrets
        cards = [Card(card_id=f"c-{n:05}", vector=a_random_direction(chance, 4)) for n in range(self.many)]
        oracle = InMemoryVectorStore()
        for index in (store, oracle):
            await index.upsert(cards, scope=MINA, space=SPACE)
        assert await store.count(scope=MINA, space=SPACE) == self.many
        assert all([await same(store, oracle, a_random_direction(chance, 4), top_k=50) for _ in range(3)])
        among = frozenset(card.card_id for card in chance.sample(cards, 10_000))
        answers = [await each.search(NORTH, scope=MINA, space=SPACE, top_k=20, among=among) for each in (store, oracle)]
        assert answers[0] == answers[1]
        assert len(await store.card_ids(scope=MINA, space=SPACE)) == self.many

    async def test_many_equal_cards_are_ordered_by_id(self, store: StartedVectorStore) -> None:
        ids = [f"c-{n:04}" for n in range(3_000)]
        shuffled = random.Random(2).sample(ids, 3_000)  # noqa: S311  # an order of insertion, not a secret
        await store.upsert([a_card(card_id) for card_id in shuffled], scope=MINA, space=SPACE)
        assert await found(store, top_k=25) == ids[:25]

    async def test_near_equal_cards_come_in_the_exact_order_after_a_third_was_replaced(
        self, store: StartedVectorStore, reopen: Reopen
    ) -> None:
        chance, oracle = random.Random(3), InMemoryVectorStore()  # noqa: S311  # directions, not secrets
        cards = a_family(600, 96, chance)
        for index in (store, oracle):
            await index.upsert(cards, scope=MINA, space=SPACE)
            await index.delete([card.card_id for card in cards[::3]], scope=MINA, space=SPACE)
            await index.upsert(cards[::3], scope=MINA, space=SPACE)
        for restarted in (False, True):
            store = await reopen() if restarted else store
            for top_k in (1, 10, 100, 600):
                assert await same(store, oracle, chance.choice(cards).vector, top_k=top_k)

    async def test_two_hundred_users_see_their_own_only_and_one_is_erased(self, store: StartedVectorStore) -> None:
        chance, oracle = random.Random(4), InMemoryVectorStore()  # noqa: S311  # the order of events, not a secret
        for step in range(260):
            scope = USERS[step] if step < len(USERS) else chance.choice(USERS)
            cards = [a_card(f"c-{chance.randrange(8)}", pointing(chance.randrange(360))) for _ in range(3)]
            for index in (store, oracle):
                await index.upsert(cards, scope=scope, space=SPACE)
                if step % 3 == 0:
                    await index.delete([f"c-{step % 8}"], scope=scope, space=SPACE)
        await store.erase(scope=USERS[77])
        await oracle.erase(scope=USERS[77])
        for scope in USERS:
            assert await same(store, oracle, NORTH, scope=scope, top_k=10)
            assert await store.count(scope=scope, space=SPACE) == await oracle.count(scope=scope, space=SPACE)
        assert await store.total(space=SPACE) == await oracle.total(space=SPACE)

    @pytest.mark.parametrize("card_id", IDS)
    async def test_any_card_id_is_kept_as_it_is(self, store: StartedVectorStore, card_id: str) -> None:
        await store.upsert([a_card(card_id), a_card("other", pointing(40))], scope=MINA, space=SPACE)
        assert await found(store) == [card_id, "other"]
        assert await found(store, among=frozenset({card_id})) == [card_id]
        assert await store.card_ids(scope=MINA, space=SPACE) == {card_id, "other"}
        await store.delete([card_id], scope=MINA, space=SPACE)
        assert await found(store) == ["other"]

    @pytest.mark.parametrize("length", LENGTHS)
    async def test_a_vector_counts_by_its_direction_only(self, store: StartedVectorStore, length: float) -> None:
        long = Card(card_id="a", vector=array("f", [length * 0.6, length * 0.8, 0.0, 0.0]))
        await store.upsert([long, a_card("b", (0.6, 0.8, 0.0, 0.0))], scope=MINA, space=SPACE)
        answer = await store.search(array("f", [length, 0.0, 0.0, 0.0]), scope=MINA, space=SPACE, top_k=5)
        assert [(one.card_id, round(one.similarity, 4)) for one in answer] == [("a", 0.6), ("b", 0.6)]

    async def test_a_vector_without_a_direction_is_like_nothing(self, store: StartedVectorStore) -> None:
        nowhere = Card(card_id="nowhere", vector=array("f", [0.0] * 4))
        await store.upsert([nowhere, a_card("a"), a_card("z", pointing(170))], scope=MINA, space=SPACE)
        answer = await store.search(NORTH, scope=MINA, space=SPACE, top_k=5)
        assert [one.card_id for one in answer] == ["a", "nowhere", "z"]
        assert answer[1].similarity == 0
        assert [one.similarity for one in await store.search(nowhere.vector, scope=MINA, space=SPACE, top_k=5)] == [
            0
        ] * 3

    async def test_a_refusal_names_each_vector_that_does_not_fit(self, store: StartedVectorStore) -> None:
        await store.upsert([a_card("kept")], scope=MINA, space=SPACE)
        short, broken = a_card("b", (1.0, 0.0)), Card(card_id="c", vector=array("f", [1, 1, 1, float("nan")]))
        with pytest.raises(Refused) as refusal:
            await store.upsert([a_card("fits"), short, broken], scope=MINA, space=SPACE)
        assert [(each.field, each.message) for each in refusal.value.violations] == [
            ("cards[1].vector", "must be 4 finite numbers, and has 2"),
            ("cards[2].vector", "must be 4 finite numbers, and has 4"),
        ]
        with pytest.raises(Refused) as refusal:
            await store.search(a_vector(1.0, 0.0), scope=MINA, space=SPACE, top_k=1)
        assert [each.field for each in refusal.value.violations] == ["query"]
        assert await found(store) == ["kept"]

    async def test_writers_at_once_lose_nothing(self, store: StartedVectorStore) -> None:
        async def write(name: str, scope: UserScope) -> None:
            for n in range(8):
                await store.upsert([a_card(f"{name}-{n}-{m}") for m in range(5)], scope=scope, space=SPACE)
                await store.delete([f"{name}-{n}-0"], scope=scope, space=SPACE)
                await store.search(NORTH, scope=scope, space=SPACE, top_k=3)

        await asyncio.gather(*(write(name, scope) for name in "abcd" for scope in (MINA, JUN)))
        expected = {f"{name}-{n}-{m}" for name in "abcd" for n in range(8) for m in range(1, 5)}
        for scope in (MINA, JUN):
            assert set(await found(store, scope=scope, top_k=1_000)) == expected

    async def test_writers_of_the_same_card_at_once_leave_one(self, store: StartedVectorStore) -> None:
        angles = [float(10 * n) for n in range(9)]
        await asyncio.gather(*(store.upsert([a_card("a", pointing(x))], scope=MINA, space=SPACE) for x in angles))
        assert await store.count(scope=MINA, space=SPACE) == 1
        assert await found(store) == ["a"]
