from tests.contracts.vector_engines import OnChromaServer
from tests.contracts.vector_store_contract import VectorStoreContract
from tests.contracts.vector_store_crowd_contract import VectorStoreCrowdContract
from tests.contracts.vector_store_places_contract import SharedStoreContract
from tests.contracts.vector_store_upkeep_contract import VectorStoreUpkeepContract


class TestChromaServerVectorStore(
    OnChromaServer, VectorStoreContract, VectorStoreUpkeepContract, VectorStoreCrowdContract, SharedStoreContract
):
    pass
