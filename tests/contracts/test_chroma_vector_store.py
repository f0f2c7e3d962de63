from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.chroma.vector_store import ChromaVectorStore
from entrypoints.parts import StartedVectorStore
from tests.contracts.vector_store_contract import Reopen, VectorStoreContract
from tests.contracts.vector_store_upkeep_contract import VectorStoreUpkeepContract, Written


async def opened(folder: Path) -> ChromaVectorStore:
    store = ChromaVectorStore(folder)
    await store.start()
    return store


class TestChromaVectorStore(VectorStoreContract, VectorStoreUpkeepContract):
    @pytest.fixture
    async def owners(self, tmp_path: Path) -> AsyncIterator[list[ChromaVectorStore]]:
        """Every owner of the folder, the last one open."""
        owners = [await opened(tmp_path)]
        yield owners
        await owners[-1].close()

    @pytest.fixture
    def store(self, owners: list[ChromaVectorStore]) -> StartedVectorStore:
        return owners[0]

    @pytest.fixture
    def reopen(self, owners: list[ChromaVectorStore], tmp_path: Path) -> Reopen:
        async def again() -> StartedVectorStore:
            await owners[-1].close()
            owners.append(await opened(tmp_path))
            return owners[-1]

        return again

    @pytest.fixture
    def written(self, tmp_path: Path) -> Written:
        return lambda: b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
