from datetime import date

import pytest

from adapters.memory.price_list import InMemoryPriceList
from application.ports.price_list import PriceList
from domain.price_review import Quotation
from tests.builders import a_price
from tests.contracts.price_list_contract import PriceListContract


class TestInMemoryPriceList(PriceListContract):
    @pytest.fixture
    def prices(self) -> PriceList:
        price = a_price(valid_from=date(2026, 11, 20), source="a list@1")
        return InMemoryPriceList({"gpt-4o-mini": Quotation(prices=(price,))})
