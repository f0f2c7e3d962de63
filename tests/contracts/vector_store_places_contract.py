"""What stores promise of the places they are at: a folder has one owner, a server many users and its outages."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from adapters.memory.vector_store import InMemoryVectorStore
from domain.errors import StoreUnavailable
from entrypoints.parts import StartedVectorStore
from tests.builders import a_card, a_scope
from tests.contracts.directions import JUN, MINA, NORTH, OTHER_SPACE, SPACE, a_random_change, found, it_holds, pointing
from tests.contracts.second_process import another_process_finds
from tests.contracts.vector_engines import Opening, Outage
from tests.contracts.vector_places import Place

CALLS: dict[str, Callable[[StartedVectorStore], Awaitable[object]]] = {
    "upsert": lambda store: store.upsert([a_card("new")], scope=MINA, space=SPACE),
    "search": lambda store: store.search(NORTH, scope=MINA, space=SPACE, top_k=3),
    "search of nobody": lambda store: store.search(NORTH, scope=JUN, space=OTHER_SPACE, top_k=3),
    "delete": lambda store: store.delete(["a"], scope=MINA, space=SPACE),
    "count": lambda store: store.count(scope=MINA, space=SPACE),
    "card_ids": lambda store: store.card_ids(scope=MINA, space=SPACE),
    "total": lambda store: store.total(space=SPACE),
    "drop": lambda store: store.drop(space=SPACE),
    "erase": lambda store: store.erase(scope=MINA),
    "check": lambda store: store.check(),
}


class PlacedStoreContract:
    """For every store that outlives its process."""

    @pytest.mark.parametrize("call", CALLS)
    async def test_what_was_closed_is_an_outage_and_never_empty(self, store: StartedVectorStore, call: str) -> None:
        await store.upsert([a_card("a")], scope=MINA, space=SPACE)
        await store.close()
        await store.close()
        with pytest.raises(StoreUnavailable):
            await CALLS[call](store)

    async def test_what_was_never_started_is_an_outage(self, opening: Opening) -> None:
        unstarted = opening()
        with pytest.raises(StoreUnavailable):
            await unstarted.count(scope=MINA, space=SPACE)
        await unstarted.close()

    async def test_it_goes_by_one_name_for_as_long_as_its_content_lives(
        self, store: StartedVectorStore, opening: Opening
    ) -> None:
        name = store.identity
        await store.close()
        again = opening()
        await again.start()
        assert again.identity == name
        assert len(name.partition("-")[2]) >= 16
        await again.close()


class OwnedStoreContract(PlacedStoreContract):
    """For stores in a folder, which one process owns."""

    async def test_a_second_owner_is_refused_by_name(
        self, store: StartedVectorStore, opening: Opening, place: Place
    ) -> None:
        await store.upsert([a_card("a")], scope=MINA, space=SPACE)
        second = opening()
        with pytest.raises(StoreUnavailable, match="in use by another process") as refused:
            await second.start()
        assert place.where in refused.value.detail
        await second.close()
        assert await found(store) == ["a"]

    async def test_a_second_process_is_refused_by_name_until_the_first_leaves(
        self, store: StartedVectorStore, opening: Opening, place: Place
    ) -> None:
        await store.upsert([a_card("카드@1")], scope=MINA, space=SPACE)
        said = await another_process_finds(place)
        assert place.where in str(said["refused"])
        assert await found(store) == ["카드@1"]
        await store.close()
        next_owner = opening()
        await next_owner.start()
        assert await found(next_owner) == ["카드@1"]
        await next_owner.close()


class SharedStoreContract(PlacedStoreContract):
    """For servers, which many processes use at once."""

    @pytest.fixture
    async def other(self, store: StartedVectorStore, opening: Opening) -> AsyncIterator[StartedVectorStore]:  # noqa: ARG002  # the store comes first
        """A second client of the same place: what another process has."""
        other = opening()
        await other.start()
        yield other
        await other.close()

    async def test_each_client_finds_at_once_what_the_other_did(
        self, store: StartedVectorStore, other: StartedVectorStore
    ) -> None:
        await store.upsert([a_card("a"), a_card("b", pointing(30))], scope=MINA, space=SPACE)
        assert await found(other) == ["a", "b"]
        await other.upsert([a_card("a", pointing(60)), a_card("c", pointing(90))], scope=MINA, space=SPACE)
        assert await found(store) == ["b", "a", "c"]
        await store.delete(["b"], scope=MINA, space=SPACE)
        assert await found(other) == ["a", "c"]
        await other.drop(space=SPACE)
        assert await found(store) == []

    async def test_each_client_follows_any_operations_of_the_other(
        self, store: StartedVectorStore, other: StartedVectorStore
    ) -> None:
        chance = random.Random(11)  # noqa: S311  # the order of events, not a secret
        held: dict[str, float] = {}
        for _ in range(60):
            writer, reader = chance.sample([store, other], 2)
            await a_random_change(writer, held, chance, scope=MINA, space=SPACE)
            await it_holds(reader, held, chance, scope=MINA, space=SPACE)

    async def test_writers_of_two_clients_at_once_lose_nothing(
        self, store: StartedVectorStore, other: StartedVectorStore
    ) -> None:
        async def write(client: StartedVectorStore, name: str) -> None:
            for n in range(10):
                cards = [a_card(f"{name}-{n}-{m}", pointing(n)) for m in range(10)]
                await client.upsert(cards, scope=MINA, space=SPACE)
                await client.delete([cards[0].card_id], scope=MINA, space=SPACE)

        await asyncio.gather(write(store, "a"), write(other, "b"), write(store, "c"), write(other, "d"))
        expected = {f"{name}-{n}-{m}" for name in "abcd" for n in range(10) for m in range(1, 10)}
        for client in (store, other):
            assert set(await found(client, top_k=1_000)) == expected
            assert await client.card_ids(scope=MINA, space=SPACE) == expected

    async def test_a_reader_beside_a_writer_never_misses_a_card_that_stays(
        self, store: StartedVectorStore, other: StartedVectorStore
    ) -> None:
        oracle = InMemoryVectorStore()
        lasting = [a_card(f"lasting-{n:03}", pointing(n / 4)) for n in range(300)]
        for index in (store, oracle):
            await index.upsert(lasting, scope=MINA, space=SPACE)
        among = frozenset(card.card_id for card in lasting)
        expected = await found(oracle, top_k=300)

        async def change() -> None:
            for n in range(15):
                passing = [a_card(f"passing-{n}-{m}") for m in range(20)]
                await store.upsert(passing, scope=MINA, space=SPACE)
                await store.delete([card.card_id for card in passing], scope=MINA, space=SPACE)

        writing = asyncio.create_task(change())
        while not writing.done():
            assert await found(other, top_k=300, among=among) == expected
        await writing

    async def test_a_second_process_shares_it(self, store: StartedVectorStore, place: Place) -> None:
        await store.upsert([a_card("카드@1")], scope=MINA, space=SPACE)
        assert await another_process_finds(place) == {"cards": ["카드@1"]}
        assert await found(store) == ["카드@1"]

    async def test_an_erased_user_is_gone_for_every_client(
        self, store: StartedVectorStore, other: StartedVectorStore
    ) -> None:
        await store.upsert([a_card("a")], scope=MINA, space=SPACE)
        await store.upsert([a_card("b")], scope=JUN, space=SPACE)
        assert await found(other) == ["a"]
        await store.erase(scope=MINA)
        assert await found(other) == []
        assert await found(other, scope=JUN) == ["b"]

    async def test_an_outage_is_told_by_every_call_and_ends_with_it(
        self, store: StartedVectorStore, outage: Outage
    ) -> None:
        await store.upsert([a_card("a"), a_card("b", pointing(30))], scope=MINA, space=SPACE)
        assert await found(store) == ["a", "b"]
        await outage.begin()
        try:
            for call in CALLS.values():
                with pytest.raises(StoreUnavailable):
                    await call(store)
        finally:
            await outage.end()
        assert await found(store) == ["a", "b"]
        await store.upsert([a_card("c", pointing(60))], scope=MINA, space=SPACE)
        assert await found(store) == ["a", "b", "c"]

    async def test_a_start_during_an_outage_is_refused_and_can_be_tried_again(
        self, opening: Opening, outage: Outage
    ) -> None:
        late = opening()
        await outage.begin()
        try:
            with pytest.raises(StoreUnavailable):
                await late.start()
        finally:
            await outage.end()
        await late.start()
        assert await late.count(scope=a_scope(), space=SPACE) == 0
        await late.close()
