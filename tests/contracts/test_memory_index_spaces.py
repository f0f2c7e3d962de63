from tests.contracts.index_engines import IndexInMemory
from tests.contracts.index_spaces_contract import IndexSpacesContract


class TestInMemoryIndexSpaces(IndexInMemory, IndexSpacesContract):
    pass
