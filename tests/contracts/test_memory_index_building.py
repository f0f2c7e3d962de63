from tests.contracts.index_building_contract import IndexBuildingContract
from tests.contracts.index_engines import IndexInMemory


class TestInMemoryIndexBuilding(IndexInMemory, IndexBuildingContract):
    pass
