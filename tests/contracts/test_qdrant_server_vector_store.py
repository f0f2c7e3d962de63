from domain.index_names import space_name
from entrypoints.parts import StartedVectorStore
from tests.builders import a_card
from tests.contracts.directions import MINA, SPACE
from tests.contracts.vector_engines import OnQdrantDouble
from tests.contracts.vector_store_contract import VectorStoreContract
from tests.contracts.vector_store_places_contract import SharedStoreContract
from tests.contracts.vector_store_upkeep_contract import VectorStoreUpkeepContract
from tests.doubles.qdrant_double import QdrantDouble


class TestQdrantServerVectorStore(OnQdrantDouble, VectorStoreContract, VectorStoreUpkeepContract, SharedStoreContract):
    async def test_the_owner_is_indexed_as_a_tenant_before_there_are_points(
        self, store: StartedVectorStore, double: QdrantDouble
    ) -> None:
        await store.upsert([a_card()], scope=MINA, space=SPACE)
        wanted = {"field_name": "owner", "field_schema": {"type": "keyword", "is_tenant": True}}
        assert double.indexes == {f"user_backtests.{space_name(SPACE)}": (wanted, 0)}
