from tests.contracts.vector_engines import OnPgvector
from tests.contracts.vector_store_contract import VectorStoreContract
from tests.contracts.vector_store_crowd_contract import VectorStoreCrowdContract
from tests.contracts.vector_store_places_contract import SharedStoreContract
from tests.contracts.vector_store_upkeep_contract import VectorStoreUpkeepContract


class TestPgvectorVectorStore(
    OnPgvector, VectorStoreContract, VectorStoreUpkeepContract, VectorStoreCrowdContract, SharedStoreContract
):
    pass
