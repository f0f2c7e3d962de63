"""What every nearest-neighbour index lets be done to it as a whole."""

from collections.abc import Callable

from domain.embedding import Card
from domain.identity import UserScope
from entrypoints.parts import StartedVectorStore
from tests.builders import a_card, a_scope, a_vector
from tests.contracts.directions import JUN, MINA, OTHER_SPACE, SPACE, Reopen, found

Written = Callable[[], bytes]
ALIKE = a_scope("mina@quant.k")
THIRD_SPACE = "openai/text-embedding-3-large#2"


async def put(store: StartedVectorStore, *ids: str, scope: UserScope = MINA, space: str = SPACE) -> None:
    await store.upsert([a_card(card_id) for card_id in ids], scope=scope, space=space)


class VectorStoreUpkeepContract:
    """A subclass gives `store`, empty at first, `reopen` as in the contract of vector stores, and `written`.

    `written`, declared `-> Written`, gives all that the store has on the disk, where that is its own to keep clean.
    """

    async def test_the_ids_of_a_scope_are_all_its_own(self, store: StartedVectorStore) -> None:
        await put(store, "a", "카드@1", "it's")
        await put(store, "his", scope=JUN)
        await put(store, "other", space=OTHER_SPACE)
        assert await store.card_ids(scope=MINA, space=SPACE) == {"a", "카드@1", "it's"}
        await store.delete(["a"], scope=MINA, space=SPACE)
        assert await store.card_ids(scope=MINA, space=SPACE) == {"카드@1", "it's"}

    async def test_an_unknown_scope_or_space_has_no_ids_and_no_total(self, store: StartedVectorStore) -> None:
        await put(store, "a")
        assert await store.card_ids(scope=JUN, space=SPACE) == frozenset()
        assert await store.card_ids(scope=MINA, space=OTHER_SPACE) == frozenset()
        assert await store.total(space=OTHER_SPACE) == 0

    async def test_ids_come_whole_where_there_are_thousands(self, store: StartedVectorStore, reopen: Reopen) -> None:
        ids = {f"card-{n:04}" for n in range(2_500)}
        await put(store, *ids)
        assert await store.card_ids(scope=MINA, space=SPACE) == ids
        again = await reopen()
        assert await again.card_ids(scope=MINA, space=SPACE) == ids

    async def test_the_total_is_of_all_users_in_the_space(self, store: StartedVectorStore) -> None:
        await put(store, "a", "b")
        await put(store, "a", scope=JUN)
        await put(store, "a", space=OTHER_SPACE)
        assert (await store.total(space=SPACE), await store.total(space=OTHER_SPACE)) == (3, 1)

    async def test_a_dropped_space_is_gone_for_all_users_and_no_other_is(
        self, store: StartedVectorStore, reopen: Reopen
    ) -> None:
        for scope in (MINA, JUN):
            await put(store, "a", scope=scope)
            await put(store, "b", scope=scope, space=OTHER_SPACE)
            await put(store, "c", scope=scope, space=THIRD_SPACE)
        await store.drop(space=OTHER_SPACE)
        for restarted in (False, True):
            each = await reopen() if restarted else store
            totals = [await each.total(space=space) for space in (SPACE, OTHER_SPACE, THIRD_SPACE)]
            assert totals == [2, 0, 2]
            assert await found(each, scope=JUN, space=OTHER_SPACE) == []
            assert await found(each) == ["a"]

    async def test_dropping_an_unknown_space_is_no_error(self, store: StartedVectorStore) -> None:
        await store.drop(space=SPACE)
        await put(store, "a")
        await store.drop(space="unknown")
        assert await found(store) == ["a"]

    async def test_a_dropped_space_takes_vectors_of_another_size(self, store: StartedVectorStore) -> None:
        await put(store, "a")
        await store.drop(space=SPACE)
        await store.upsert([Card(card_id="b", vector=a_vector(0.0, 1.0))], scope=MINA, space=SPACE)
        assert await found(store, a_vector(0.0, 1.0)) == ["b"]

    async def test_an_erased_user_is_gone_from_all_spaces_and_nobody_else_is(
        self, store: StartedVectorStore, reopen: Reopen
    ) -> None:
        for scope in (MINA, JUN, ALIKE):
            for space in (SPACE, OTHER_SPACE, THIRD_SPACE):
                await put(store, "a", "b", scope=scope, space=space)
        await store.erase(scope=MINA)
        for restarted in (False, True):
            each = await reopen() if restarted else store
            for space in (SPACE, OTHER_SPACE, THIRD_SPACE):
                assert await each.card_ids(scope=MINA, space=space) == frozenset()
                assert await found(each, scope=MINA, space=space) == []
                assert await found(each, scope=JUN, space=space) == ["a", "b"]
                assert await each.total(space=space) == 4

    async def test_of_an_erased_user_no_byte_is_left_on_the_disk(
        self, store: StartedVectorStore, reopen: Reopen, written: Written
    ) -> None:
        hers, his = [f"hers-{n:03}" for n in range(300)], [f"this-{n:03}" for n in range(300)]
        await put(store, *hers)
        await put(store, "hers-다른", space=OTHER_SPACE)
        await put(store, "hers-one", space=THIRD_SPACE)
        await put(store, *his, scope=JUN)
        await store.delete(hers[:50], scope=MINA, space=SPACE)
        await store.delete(["hers-다른"], scope=MINA, space=OTHER_SPACE)
        await store.erase(scope=MINA)
        assert b"hers-" not in written()
        again = await reopen()
        assert b"hers-" not in written()
        assert await again.card_ids(scope=JUN, space=SPACE) == set(his)

    async def test_erasing_again_or_an_unknown_user_is_no_error(self, store: StartedVectorStore) -> None:
        await store.erase(scope=MINA)
        await put(store, "a")
        await store.erase(scope=JUN)
        assert await found(store) == ["a"]
        for _ in range(2):
            await store.erase(scope=MINA)
        assert await found(store) == []

    async def test_an_erased_user_may_come_again(self, store: StartedVectorStore, reopen: Reopen) -> None:
        await put(store, "a")
        await store.erase(scope=MINA)
        await put(store, "b")
        assert await found(store) == ["b"]
        assert await found(await reopen()) == ["b"]
