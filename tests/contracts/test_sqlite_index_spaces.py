from tests.contracts.index_engines import IndexInSql
from tests.contracts.index_spaces_contract import IndexSpacesContract
from tests.contracts.sql_engines import OnSqlite


class TestSqliteIndexSpaces(OnSqlite, IndexInSql, IndexSpacesContract):
    pass
