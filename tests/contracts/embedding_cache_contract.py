"""What every cache of embeddings promises."""

from array import array

import pytest

from application.ports.embedding_cache import EmbeddingCache
from tests.builders import a_scope, a_vector

MINA, JUN = a_scope("mina@quant.kr"), a_scope("준/서울")
E5, LARGE = "multilingual-e5-small", "text-embedding-3-large"
NORTH, EAST = a_vector(0.1, 0.2, 0.3), a_vector(1.0, -1.0, 1e-9)


class EmbeddingCacheContract:
    """A subclass gives the fixture `cache`, declared `-> EmbeddingCache` and empty at first."""

    async def test_a_vector_comes_back_to_the_last_bit(self, cache: EmbeddingCache) -> None:
        await cache.keep({"hash-1": NORTH, "hash-2": EAST}, model_id=E5, scope=MINA)
        found = await cache.find(["hash-2", "hash-1"], model_id=E5, scope=MINA)
        assert found == {"hash-1": NORTH, "hash-2": EAST}
        assert {vector.typecode for vector in found.values()} == {"f"}

    async def test_only_what_is_there_and_asked_for_is_found(self, cache: EmbeddingCache) -> None:
        await cache.keep({"hash-1": NORTH, "hash-2": EAST}, model_id=E5, scope=MINA)
        assert await cache.find(["hash-1", "hash-3", "hash-1"], model_id=E5, scope=MINA) == {"hash-1": NORTH}
        assert await cache.find([], model_id=E5, scope=MINA) == {}

    async def test_keeping_nothing_changes_nothing(self, cache: EmbeddingCache) -> None:
        await cache.keep({}, model_id=E5, scope=MINA)
        assert await cache.find(["hash-1"], model_id=E5, scope=MINA) == {}

    async def test_models_do_not_share_vectors(self, cache: EmbeddingCache) -> None:
        await cache.keep({"hash-1": NORTH}, model_id=E5, scope=MINA)
        assert await cache.find(["hash-1"], model_id=LARGE, scope=MINA) == {}
        await cache.keep({"hash-1": EAST}, model_id=LARGE, scope=MINA)
        assert await cache.find(["hash-1"], model_id=E5, scope=MINA) == {"hash-1": NORTH}

    async def test_users_do_not_share_vectors(self, cache: EmbeddingCache) -> None:
        await cache.keep({"hash-1": NORTH}, model_id=E5, scope=MINA)
        assert await cache.find(["hash-1"], model_id=E5, scope=JUN) == {}
        await cache.keep({"hash-1": EAST}, model_id=E5, scope=JUN)
        assert await cache.find(["hash-1"], model_id=E5, scope=MINA) == {"hash-1": NORTH}

    async def test_a_hash_can_be_kept_again(self, cache: EmbeddingCache) -> None:
        for _ in range(2):
            await cache.keep({"hash-1": NORTH, "hash-2": EAST}, model_id=E5, scope=MINA)
        assert await cache.find(["hash-1"], model_id=E5, scope=MINA) == {"hash-1": NORTH}

    @pytest.mark.parametrize("dimensions", [384, 3_072])
    async def test_two_thousand_vectors_go_through_at_once(self, cache: EmbeddingCache, dimensions: int) -> None:
        vectors = {f"hash-{n}": array("f", [float(n), *([0.5] * (dimensions - 1))]) for n in range(2_000)}
        await cache.keep(vectors, model_id=E5, scope=MINA)
        assert await cache.find(list(vectors), model_id=E5, scope=MINA) == vectors
