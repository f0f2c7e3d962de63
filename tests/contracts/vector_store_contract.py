"""What every nearest-neighbour index promises."""

import random
from array import array
from math import cos, inf, nan, radians

import pytest

from application.ports.vector_store import VectorStore
from domain.embedding import Card, Neighbour, nearest_first
from domain.errors import Refused
from domain.identity import UserScope
from tests.builders import a_card, a_scope, a_vector
from tests.contracts.directions import (
    DEGREES,
    JUN,
    MINA,
    NORTH,
    OTHER_SPACE,
    SPACE,
    Reopen,
    a_random_change,
    a_random_direction,
    cosine,
    found,
    it_holds,
    pointing,
)

__all__ = ["Reopen", "VectorStoreContract"]


def fan(*ids: str) -> list[Card]:
    """Cards that lie further from north one by one."""
    return [a_card(card_id, pointing(DEGREES[n])) for n, card_id in enumerate(ids)]


async def put(store: VectorStore, *cards: Card, scope: UserScope = MINA, space: str = SPACE) -> None:
    await store.upsert(cards, scope=scope, space=space)


class VectorStoreContract:
    """A subclass gives two fixtures.

    `store`, declared `-> VectorStore` and empty at first; and `reopen`, declared `-> Reopen`: it ends the store and
    gives one on what was kept of it (the same object where nothing outlives the process).
    """

    async def test_the_nearest_card_comes_first(self, store: VectorStore) -> None:
        await put(store, *reversed(fan("near", "further", "far")))
        assert await found(store) == ["near", "further", "far"]

    async def test_similarity_is_cosine_with_five_decimals(self, store: VectorStore) -> None:
        await put(store, *fan("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"))
        for n, neighbour in enumerate(await store.search(NORTH, scope=MINA, space=SPACE, top_k=10)):
            assert neighbour.similarity == pytest.approx(cos(radians(DEGREES[n])), abs=1e-3)
            assert neighbour.similarity == round(neighbour.similarity, 5)

    async def test_the_same_direction_is_one_and_the_opposite_minus_one(self, store: VectorStore) -> None:
        await put(store, a_card("same", pointing(0)), a_card("opposite", pointing(180)))
        answer = await store.search(NORTH, scope=MINA, space=SPACE, top_k=2)
        assert answer == [Neighbour(card_id="same", similarity=1.0), Neighbour(card_id="opposite", similarity=-1.0)]

    async def test_similarity_holds_in_many_dimensions(self, store: VectorStore) -> None:
        chance = random.Random(7)  # noqa: S311  # directions, not secrets
        cards = [Card(card_id=f"c-{n:03}", vector=a_random_direction(chance, 384)) for n in range(300)]
        await put(store, *cards)
        for _ in range(5):
            query = a_random_direction(chance, 384)
            exact = {card.card_id: cosine(query, card.vector) for card in cards}
            answer = await store.search(query, scope=MINA, space=SPACE, top_k=300)
            assert len(answer) == 300
            assert all(abs(neighbour.similarity - exact[neighbour.card_id]) < 1e-3 for neighbour in answer)
            assert answer == nearest_first(answer, 300)

    async def test_ties_are_ordered_by_card_id(self, store: VectorStore) -> None:
        await put(store, *(a_card(card_id, pointing(30)) for card_id in ("b", "가", "a", "B")), a_card("z"))
        assert await found(store) == ["z", "B", "a", "b", "가"]

    @pytest.mark.parametrize("top_k", [1, 3, 7, 39, 40, 41])
    async def test_a_tie_at_the_last_place_goes_to_the_smaller_id(self, store: VectorStore, top_k: int) -> None:
        ids = [f"card-{n:02}" for n in range(40)]
        shuffled = random.Random(3).sample(ids, 40)  # noqa: S311  # an order of insertion, not a secret
        await put(store, *(a_card(card_id, pointing(30)) for card_id in shuffled))
        assert await found(store, top_k=top_k) == ids[:top_k]

    async def test_a_nearer_card_comes_before_any_tie(self, store: VectorStore) -> None:
        ties = [a_card(f"a-{n:02}", pointing(30)) for n in range(30)]
        await put(store, *ties, a_card("z-near", pointing(10)), a_card("0-far", pointing(60)))
        assert await found(store, top_k=3) == ["z-near", "a-00", "a-01"]

    async def test_what_rounds_to_the_same_similarity_is_a_tie(self, store: VectorStore) -> None:
        await put(store, a_card("b", (1.0, 0.0, 0.0, 0.0)), a_card("a", (1.0, 0.0005, 0.0, 0.0)))
        assert await found(store, top_k=1) == ["a"]

    async def test_fewer_cards_than_asked_for_are_all_found(self, store: VectorStore) -> None:
        await put(store, *fan("a", "b"))
        assert await found(store, top_k=10_000) == ["a", "b"]

    async def test_an_unknown_scope_finds_nothing(self, store: VectorStore) -> None:
        await put(store, *fan("a"))
        assert await found(store, scope=JUN) == []
        assert await store.count(scope=JUN, space=SPACE) == 0

    async def test_an_empty_store_finds_nothing(self, store: VectorStore) -> None:
        assert await found(store) == []
        assert await store.count(scope=MINA, space=SPACE) == 0

    async def test_no_cards_are_no_change(self, store: VectorStore) -> None:
        await put(store)
        assert await store.count(scope=MINA, space=SPACE) == 0
        await put(store, *fan("a"))
        await put(store)
        assert await found(store) == ["a"]

    async def test_storing_a_card_again_changes_nothing(self, store: VectorStore) -> None:
        for _ in range(2):
            await put(store, *fan("a", "b"))
        assert await found(store) == ["a", "b"]
        assert await store.count(scope=MINA, space=SPACE) == 2

    async def test_a_card_of_the_same_id_is_replaced(self, store: VectorStore) -> None:
        await put(store, *fan("a", "b"))
        await put(store, a_card("a", pointing(90)))
        assert await found(store) == ["b", "a"]
        [only] = await store.search(NORTH, scope=MINA, space=SPACE, top_k=9, among=frozenset("a"))
        assert only.similarity == pytest.approx(0, abs=1e-3)

    async def test_the_last_of_a_repeated_id_counts(self, store: VectorStore) -> None:
        await put(store, a_card("a", pointing(90)), a_card("b", pointing(30)), a_card("a", pointing(0)))
        assert await found(store) == ["a", "b"]
        assert await store.count(scope=MINA, space=SPACE) == 2

    async def test_a_deleted_card_is_not_found(self, store: VectorStore) -> None:
        await put(store, *fan("a", "b", "c"))
        await store.delete(["b"], scope=MINA, space=SPACE)
        assert await found(store) == ["a", "c"]
        assert await found(store, among=frozenset("b")) == []
        assert await store.count(scope=MINA, space=SPACE) == 2

    async def test_deleting_unknown_or_no_cards_is_no_error(self, store: VectorStore) -> None:
        await store.delete(["x"], scope=MINA, space=SPACE)
        await put(store, *fan("a"))
        await store.delete(["x", "x"], scope=MINA, space=SPACE)
        await store.delete([], scope=MINA, space=SPACE)
        await store.delete(["a"], scope=JUN, space=SPACE)
        assert await found(store) == ["a"]

    async def test_a_card_can_be_stored_again_after_all_were_deleted(self, store: VectorStore) -> None:
        await put(store, *fan("a", "b"))
        await store.delete(["a", "b", "a"], scope=MINA, space=SPACE)
        assert await found(store) == []
        await put(store, *fan("b"))
        assert await found(store) == ["b"]

    async def test_among_nothing_nothing_is_found(self, store: VectorStore) -> None:
        await put(store, *fan("a"))
        assert await found(store, among=frozenset()) == []

    async def test_among_unknown_ids_nothing_is_found(self, store: VectorStore) -> None:
        await put(store, *fan("a"))
        await put(store, *fan("x"), scope=JUN)
        assert await found(store, among=frozenset({"x", "y"})) == []

    async def test_among_some_ids_only_those_are_found(self, store: VectorStore) -> None:
        await put(store, *fan("a", "b", "c", "d"))
        assert await found(store, among=frozenset({"d", "b", "unknown"})) == ["b", "d"]
        assert await found(store, among=frozenset({"d", "b"}), top_k=1) == ["b"]

    async def test_among_is_no_matter_of_distance(self, store: VectorStore) -> None:
        near = [a_card(f"near-{n:03}", pointing(n / 100)) for n in range(500)]
        await put(store, *near, a_card("far", pointing(170)))
        assert await found(store, among=frozenset({"far"}), top_k=5) == ["far"]

    async def test_among_may_name_thousands(self, store: VectorStore) -> None:
        await put(store, *fan("a", "b", "c"))
        many = frozenset(f"other-{n}" for n in range(40_000)) | {"b", "c"}
        assert await found(store, among=many) == ["b", "c"]

    async def test_the_same_card_id_may_belong_to_two_users(self, store: VectorStore) -> None:
        await put(store, a_card("a", pointing(0)))
        await put(store, a_card("a", pointing(90)), scope=JUN)
        hers = await store.search(NORTH, scope=MINA, space=SPACE, top_k=5)
        his = await store.search(NORTH, scope=JUN, space=SPACE, top_k=5)
        assert (hers[0].similarity, round(his[0].similarity, 3), len(hers), len(his)) == (1.0, 0.0, 1, 1)
        await store.delete(["a"], scope=JUN, space=SPACE)
        assert await found(store) == ["a"]

    @pytest.mark.parametrize(
        "user_id",
        ["연구원 김", "mina@quant.kr", "a/b", "../x", "a.b", "A", "x" * 200, "' OR 1=1 --", "\U0001f4c8", "%"],
    )
    async def test_any_user_id_has_cards_of_its_own(self, store: VectorStore, user_id: str) -> None:
        scope, alike = a_scope(user_id), a_scope((user_id.swapcase() + "_")[-200:])
        await put(store, *fan("hers"), scope=scope)
        await put(store, *fan("his"), scope=alike)
        assert (await found(store, scope=scope), await found(store, scope=alike)) == (["hers"], ["his"])

    async def test_user_ids_that_differ_in_case_only_are_two_users(self, store: VectorStore) -> None:
        await put(store, *fan("lower"), scope=a_scope("mina"))
        await put(store, *fan("upper"), scope=a_scope("MINA"))
        assert await found(store, scope=a_scope("mina")) == ["lower"]

    async def test_another_space_is_another_index(self, store: VectorStore) -> None:
        await put(store, *fan("a", "b"))
        await put(store, Card(card_id="a", vector=a_vector(0.0, 1.0)), space=OTHER_SPACE)
        assert await found(store) == ["a", "b"]
        assert await found(store, a_vector(0.0, 1.0), space=OTHER_SPACE) == ["a"]
        await store.delete(["a"], scope=MINA, space=OTHER_SPACE)
        assert await found(store) == ["a", "b"]

    async def test_a_vector_of_another_size_is_refused(self, store: VectorStore) -> None:
        await put(store, *fan("a"))
        with pytest.raises(Refused):
            await put(store, Card(card_id="b", vector=a_vector(1.0, 0.0)))
        assert await found(store) == ["a"]

    async def test_two_sizes_in_one_batch_are_refused_whole(self, store: VectorStore) -> None:
        with pytest.raises(Refused):
            await put(store, *fan("a"), Card(card_id="b", vector=a_vector(1.0, 0.0)))
        assert await found(store) == []

    async def test_a_query_of_another_size_is_refused(self, store: VectorStore) -> None:
        await put(store, *fan("a"))
        with pytest.raises(Refused):
            await found(store, a_vector(1.0, 0.0))

    @pytest.mark.parametrize("number", [nan, inf, -inf])
    async def test_what_is_no_number_is_refused(self, store: VectorStore, number: float) -> None:
        with pytest.raises(Refused):
            await put(store, *fan("a"), Card(card_id="b", vector=array("f", [number, 0.0, 0.0, 0.0])))
        assert await found(store) == []
        await put(store, *fan("a"))
        with pytest.raises(Refused):
            await found(store, array("f", [number, 0.0, 0.0, 0.0]))

    async def test_two_thousand_cards_go_in_at_once(self, store: VectorStore) -> None:
        await put(store, *(a_card(f"card-{n:04}", pointing(n / 20)) for n in range(2_000)))
        assert await store.count(scope=MINA, space=SPACE) == 2_000
        assert (await found(store, a_vector(*pointing(100)), top_k=1))[0] in {f"card-{n:04}" for n in range(1990, 2000)}
        await store.delete([f"card-{n:04}" for n in range(1, 2_000)], scope=MINA, space=SPACE)
        assert await found(store) == ["card-0000"]

    async def test_what_was_stored_and_deleted_holds_after_a_restart(self, store: VectorStore, reopen: Reopen) -> None:
        await put(store, *fan("a", "b", "c"))
        await put(store, *fan("x"), scope=JUN)
        await store.delete(["b"], scope=MINA, space=SPACE)
        before = await store.search(NORTH, scope=MINA, space=SPACE, top_k=9)
        again = await reopen()
        assert await again.search(NORTH, scope=MINA, space=SPACE, top_k=9) == before
        assert (await found(again), await found(again, scope=JUN)) == (["a", "c"], ["x"])
        with pytest.raises(Refused):
            await put(again, Card(card_id="b", vector=a_vector(1.0, 0.0)))

    @pytest.mark.parametrize("seed", range(3))
    async def test_after_any_operations_it_holds_what_an_exact_index_would(
        self, store: VectorStore, reopen: Reopen, seed: int
    ) -> None:
        chance = random.Random(seed)  # noqa: S311  # the order of events, not a secret
        expected: dict[tuple[UserScope, str], dict[str, float]] = {}
        for step in range(60):
            scope, space = a_scope(f"사용자-{chance.randrange(4)}"), chance.choice((SPACE, OTHER_SPACE))
            held = expected.setdefault((scope, space), {})
            await a_random_change(store, held, chance, scope=scope, space=space)
            store = await reopen() if step in (20, 40) else store
            await it_holds(store, held, chance, scope=scope, space=space)
