from tests.contracts.vector_engines import InChromaFolder
from tests.contracts.vector_store_contract import VectorStoreContract
from tests.contracts.vector_store_crowd_contract import VectorStoreCrowdContract
from tests.contracts.vector_store_places_contract import OwnedStoreContract
from tests.contracts.vector_store_upkeep_contract import VectorStoreUpkeepContract


class TestChromaVectorStore(
    InChromaFolder, VectorStoreContract, VectorStoreUpkeepContract, VectorStoreCrowdContract, OwnedStoreContract
):
    pass
