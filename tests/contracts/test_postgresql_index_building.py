from tests.contracts.index_building_contract import IndexBuildingContract
from tests.contracts.index_engines import IndexInSql
from tests.contracts.sql_engines import OnPostgresql


class TestPostgresqlIndexBuilding(OnPostgresql, IndexInSql, IndexBuildingContract):
    pass
