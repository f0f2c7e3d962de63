from tests.contracts.index_census_contract import IndexCensusContract
from tests.contracts.index_engines import IndexInSql
from tests.contracts.sql_engines import OnPostgresql


class TestPostgresqlIndexCensus(OnPostgresql, IndexInSql, IndexCensusContract):
    pass
