from collections.abc import AsyncIterator

import pytest

from adapters.sql.stores import SqlStores
from adapters.system.ids import TimeOrderedIds
from entrypoints.parts import Stores
from tests.contracts.sql_engines import OnPostgresql, Place
from tests.contracts.user_eraser_contract import UserEraserContract


class TestPostgresqlUserEraser(OnPostgresql, UserEraserContract):
    @pytest.fixture
    async def stores(self, place: Place) -> AsyncIterator[Stores]:
        stores = SqlStores(place.url, ids=TimeOrderedIds())
        yield stores
        await stores.close()
