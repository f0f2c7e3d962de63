import pytest

from adapters.files.prices import GenaiPrices
from application.ports.price_list import PriceList
from tests.contracts.price_list_contract import PriceListContract


class TestGenaiPriceList(PriceListContract):
    @pytest.fixture
    def prices(self) -> PriceList:
        return GenaiPrices()
