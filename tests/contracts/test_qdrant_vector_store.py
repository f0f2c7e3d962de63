from tests.contracts.vector_engines import InQdrantFolder
from tests.contracts.vector_store_contract import VectorStoreContract
from tests.contracts.vector_store_crowd_contract import VectorStoreCrowdContract
from tests.contracts.vector_store_places_contract import OwnedStoreContract
from tests.contracts.vector_store_upkeep_contract import VectorStoreUpkeepContract


class TestQdrantVectorStore(
    InQdrantFolder, VectorStoreContract, VectorStoreUpkeepContract, VectorStoreCrowdContract, OwnedStoreContract
):
    many = 20_000  # its embedded mode warns above, and is slow
