from pathlib import Path

import pytest

from adapters.qdrant.places import QdrantServer, place_of
from adapters.qdrant.points import of, point_id
from adapters.qdrant.vector_store import QdrantVectorStore
from domain.errors import StoreUnavailable
from tests.builders import a_card, a_scope

SERVER = "http://127.0.0.1:1"


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_url_is_a_server_and_anything_else_a_folder() -> None:
    assert place_of("https://qdrant.example").threads > 1
    assert place_of("./qdrant").threads == 1


def test_the_key_of_a_server_goes_into_requests_and_not_into_its_name() -> None:
    server = QdrantServer("https://a-key@qdrant.example:6333/under")
    client = server.opened()
    assert client.init_options["api_key"] == "a-key"
    assert client.init_options["url"] == server.where == "https://qdrant.example:6333/under"
    client.close()


async def test_a_server_that_is_not_there_is_an_outage_that_names_it() -> None:
    store = QdrantVectorStore(SERVER)
    with pytest.raises(StoreUnavailable, match=f"Qdrant at {SERVER} cannot be reached"):
        await store.start()
    await store.close()


async def test_a_path_that_is_a_file_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("파일", encoding="utf-8")
    store = QdrantVectorStore(str(tmp_path / "file"))
    with pytest.raises(StoreUnavailable):
        await store.start()
    await store.close()


async def test_a_folder_whose_list_of_collections_is_broken_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("{", encoding="utf-8")
    store = QdrantVectorStore(str(tmp_path))
    with pytest.raises(StoreUnavailable, match="Qdrant at"):
        await store.start()
    await store.close()


def test_every_filter_says_whose_points_are_asked_for() -> None:
    mina, jun = a_scope("mina"), a_scope("준")
    for filtered in (of(mina), of(mina, among=["a"]), of(mina, among=[])):
        assert filtered.must
        assert "owner" in filtered.model_dump_json()
    assert of(mina) != of(jun)
    assert "mina" not in of(mina, among=["a"]).model_dump_json()


def test_the_id_of_a_card_is_the_same_for_ever_and_no_other_users() -> None:
    assert point_id("card-1", a_scope("mina")) == "df027016-7440-596b-8402-f344e8f8a899"
    assert point_id("card-1", a_scope("MINA")) != point_id("card-1", a_scope("mina"))


async def test_neither_user_nor_space_is_readable_in_the_folder(tmp_path: Path) -> None:
    store = QdrantVectorStore(str(tmp_path))
    await store.start()
    await store.upsert([a_card()], scope=a_scope("mina@quant.kr"), space="비밀 모델")
    await store.close()
    written = all_bytes(tmp_path)
    assert b"card-1" in written
    assert not [secret for secret in ("mina", "quant.kr", "비밀") if secret.encode() in written]
