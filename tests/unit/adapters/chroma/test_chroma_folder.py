from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from adapters.chroma.folder import HEADER, ChromaFolder
from adapters.chroma.vector_store import ChromaVectorStore
from adapters.memory.vector_store import InMemoryVectorStore
from domain.embedding import Card
from domain.errors import Refused, StoreUnavailable
from tests.builders import a_card, a_scope, a_vector

SPACE = "multilingual-e5-small"
QUERY = a_vector(1.0, 0.2, 0.0, 0.0)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[ChromaVectorStore]:
    store = ChromaVectorStore(tmp_path / "chroma")
    await store.start()
    yield store
    await store.close()


def some_cards(count: int, *, dimensions: int = 32) -> list[Card]:
    """Families of near-equal cards, in a narrow cone as real embeddings are, a third of each family quite equal."""
    random = np.random.default_rng(7)
    families = random.normal(size=(8, dimensions)) + 3
    noise = random.normal(size=(count, dimensions)) * 0.1 * (np.arange(count) % 3 > 0)[:, None]
    points = families[np.arange(count) % 8] + noise
    return [Card(card_id=f"card-{i:05d}", vector=a_vector(*point)) for i, point in enumerate(points)]


async def in_memory(cards: list[Card]) -> InMemoryVectorStore:
    memory = InMemoryVectorStore()
    await memory.upsert(cards, scope=a_scope(), space=SPACE)
    return memory


def contents_of(name: str, folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob(name)]


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_the_folder_outlives_its_owner(tmp_path: Path) -> None:
    first = ChromaVectorStore(tmp_path)
    await first.start()
    await first.upsert([a_card("카드-1"), a_card("card-2", (0, 1, 0, 0))], scope=a_scope(), space=SPACE)
    found = await first.search(QUERY, scope=a_scope(), space=SPACE, top_k=5)
    await first.close()
    second = ChromaVectorStore(tmp_path)
    await second.start()
    assert await second.count(scope=a_scope(), space=SPACE) == 2
    assert await second.search(QUERY, scope=a_scope(), space=SPACE, top_k=5) == found
    await second.close()


async def test_neither_user_nor_space_is_readable_in_the_folder(tmp_path: Path) -> None:
    store = ChromaVectorStore(tmp_path)
    await store.start()
    await store.upsert([a_card()], scope=a_scope("mina@quant.kr"), space="비밀 모델")
    await store.close()
    written = all_bytes(tmp_path)
    assert b"user_backtests." in written
    assert not [secret for secret in ("mina", "quant.kr", "비밀", "all-MiniLM") if secret.encode() in written]


async def test_what_is_deleted_stays_deleted_after_a_restart(tmp_path: Path) -> None:
    first = ChromaVectorStore(tmp_path)
    await first.start()
    await first.upsert([a_card("a"), a_card("b"), a_card("c")], scope=a_scope(), space=SPACE)
    await first.delete(["a", "없음"], scope=a_scope(), space=SPACE)
    await first.close()
    second = ChromaVectorStore(tmp_path)
    await second.start()
    found = await second.search(QUERY, scope=a_scope(), space=SPACE, top_k=5)
    assert [neighbour.card_id for neighbour in found] == ["b", "c"]
    await second.close()


async def test_a_search_finds_what_the_exact_index_does_among_near_equal_cards_that_were_replaced(
    store: ChromaVectorStore,
) -> None:
    cards = some_cards(2_500)
    await store.upsert(cards, scope=a_scope(), space=SPACE)
    await store.delete([card.card_id for card in cards[::2]], scope=a_scope(), space=SPACE)
    await store.upsert(cards[::2], scope=a_scope(), space=SPACE)
    exact = await in_memory(cards)
    for query in some_cards(6):
        for top_k in (1, 10, 100, 2_500):
            found = await store.search(query.vector, scope=a_scope(), space=SPACE, top_k=top_k)
            assert found == await exact.search(query.vector, scope=a_scope(), space=SPACE, top_k=top_k)


async def test_narrowing_finds_what_the_exact_index_does(store: ChromaVectorStore) -> None:
    cards = some_cards(300)
    await store.upsert(cards, scope=a_scope(), space=SPACE)
    among = frozenset(card.card_id for card in cards[::7]) | {"stranger"}
    found = await store.search(cards[3].vector, scope=a_scope(), space=SPACE, top_k=10, among=among)
    exact = await in_memory(cards)
    assert found == await exact.search(cards[3].vector, scope=a_scope(), space=SPACE, top_k=10, among=among)


async def test_more_cards_than_memory_holds_are_read_again(
    store: ChromaVectorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.chroma.last_used.BYTES_IN_MEMORY", 1)
    for user in ("민아", "jun"):
        await store.upsert([a_card(f"{user}-1")], scope=a_scope(user), space=SPACE)
    for user in ("민아", "jun", "민아"):
        found = await store.search(QUERY, scope=a_scope(user), space=SPACE, top_k=5)
        assert [neighbour.card_id for neighbour in found] == [f"{user}-1"]


async def test_a_space_emptied_takes_vectors_of_another_size(store: ChromaVectorStore) -> None:
    await store.upsert([a_card()], scope=a_scope(), space=SPACE)
    await store.delete(["card-1"], scope=a_scope(), space=SPACE)
    await store.upsert([a_card(numbers=(1.0, 2.0))], scope=a_scope(), space=SPACE)
    assert await store.count(scope=a_scope(), space=SPACE) == 1


async def test_a_refused_call_changes_nothing_and_names_each_vector(store: ChromaVectorStore) -> None:
    await store.upsert([a_card("kept")], scope=a_scope(), space=SPACE)
    short, broken = a_card("short", (1.0, 0.0)), Card(card_id="nan", vector=a_vector(1, 1, 1, float("nan")))
    with pytest.raises(Refused) as refusal:
        await store.upsert([a_card("fits"), short, broken], scope=a_scope(), space=SPACE)
    assert [violation.field for violation in refusal.value.violations] == ["cards[1].vector", "cards[2].vector"]
    assert await store.count(scope=a_scope(), space=SPACE) == 1


@pytest.mark.parametrize("numbers", [(1.0, 0.0), (1.0, 0.0, 0.0, float("nan"))])
async def test_a_query_that_does_not_fit_is_refused(store: ChromaVectorStore, numbers: tuple[float, ...]) -> None:
    await store.upsert([a_card()], scope=a_scope(), space=SPACE)
    with pytest.raises(Refused):
        await store.search(a_vector(*numbers), scope=a_scope(), space=SPACE, top_k=1)


async def test_a_folder_that_is_no_database_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"garbage" * 1_000)
    with pytest.raises(StoreUnavailable):
        await ChromaVectorStore(tmp_path).start()


async def test_a_path_that_is_a_file_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("파일", encoding="utf-8")
    with pytest.raises(StoreUnavailable):
        await ChromaVectorStore(tmp_path / "file").start()


async def test_a_folder_that_breaks_while_open_is_an_outage(tmp_path: Path) -> None:
    store = ChromaVectorStore(tmp_path)
    await store.start()
    await store.upsert([a_card()], scope=a_scope(), space=SPACE)
    (tmp_path / "chroma.sqlite3").write_bytes(b"garbage" * 1_000)
    with pytest.raises(StoreUnavailable):
        await store.upsert([a_card("card-2")], scope=a_scope(), space=SPACE)
    with pytest.raises(StoreUnavailable):
        await store.search(QUERY, scope=a_scope("jun"), space=SPACE, top_k=1)
    with pytest.raises(StoreUnavailable):
        await store.check()
    await store.close()


async def test_a_store_that_is_not_open_is_an_outage_and_never_empty(tmp_path: Path) -> None:
    store = ChromaVectorStore(tmp_path)
    with pytest.raises(StoreUnavailable, match="not open"):
        await store.search(QUERY, scope=a_scope(), space=SPACE, top_k=1)
    await store.start()
    assert await store.check() == "open"
    await store.close()
    await store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.count(scope=a_scope(), space=SPACE)


async def test_its_files_hold_no_memory_that_nobody_filled(tmp_path: Path) -> None:
    store = ChromaVectorStore(tmp_path)
    await store.start()
    words = [bytearray("민지의 메모".encode() * 40) for _ in range(2_000)]
    del words
    for number in range(4):
        await store.upsert([a_card(f"card-{n}") for n in range(5)], scope=a_scope(f"user-{number}"), space="e5")
    await store.close()
    files = contents_of("length.bin", tmp_path)
    assert len(files) == 4
    assert not any(content.strip(b"\0") for content in files)


@pytest.mark.parametrize(("elements", "left"), [(0, 0), (2, 2), (5, 5)])
def test_what_an_index_has_room_for_and_no_element_in_is_blank(tmp_path: Path, elements: int, left: int) -> None:
    segment = tmp_path / "0190f3a0-0000-7000-8000-000000000000"
    segment.mkdir()
    (segment / "header.bin").write_bytes(HEADER.pack(1, 0, 5, elements) + b"more")
    (segment / "length.bin").write_bytes(b"\7\0\0\0" * 5)
    ChromaFolder(tmp_path).blank()
    assert (segment / "length.bin").read_bytes() == b"\7\0\0\0" * left + bytes(4 * (5 - left))


def test_an_index_without_a_whole_header_holds_nothing(tmp_path: Path) -> None:
    for number, header in enumerate((b"", b"\1\0")):
        segment = tmp_path / f"0190f3a0-0000-7000-8000-00000000000{number}"
        segment.mkdir()
        (segment / "header.bin").write_bytes(header)
        (segment / "length.bin").write_bytes("민지의 메모".encode())
    ChromaFolder(tmp_path).blank()
    assert not any((tmp_path / path / "length.bin").read_bytes().strip(b"\0") for path in tmp_path.iterdir())
