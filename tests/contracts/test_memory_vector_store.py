from tests.contracts.vector_engines import InMemory
from tests.contracts.vector_store_contract import VectorStoreContract
from tests.contracts.vector_store_crowd_contract import VectorStoreCrowdContract
from tests.contracts.vector_store_upkeep_contract import VectorStoreUpkeepContract


class TestInMemoryVectorStore(InMemory, VectorStoreContract, VectorStoreUpkeepContract, VectorStoreCrowdContract):
    pass
