import pytest

from adapters.memory.price_book import InMemoryPriceBook
from adapters.memory.usage_ledger import InMemoryUsageLedger
from application.ports.price_book import PriceBook
from application.ports.usage_ledger import UsageLedger, UsageReport
from tests.contracts.price_book_contract import PriceBookContract


class TestInMemoryPriceBook(PriceBookContract):
    @pytest.fixture
    def memory(self) -> InMemoryUsageLedger:
        return InMemoryUsageLedger()

    @pytest.fixture
    def book(self) -> PriceBook:
        return InMemoryPriceBook()

    @pytest.fixture
    def ledger(self, memory: InMemoryUsageLedger) -> UsageLedger:
        return memory

    @pytest.fixture
    def report(self, memory: InMemoryUsageLedger) -> UsageReport:
        return memory
