from tests.contracts.index_census_contract import IndexCensusContract
from tests.contracts.index_engines import IndexInMemory


class TestInMemoryIndexCensus(IndexInMemory, IndexCensusContract):
    pass
