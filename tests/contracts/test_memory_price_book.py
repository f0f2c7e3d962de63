import pytest

from adapters.memory.price_audit import InMemoryPriceAudit
from adapters.memory.price_book import InMemoryPriceBook
from adapters.memory.usage_ledger import InMemoryUsageLedger
from application.ports.price_audit import PriceAudit
from application.ports.price_book import PriceBook
from application.ports.usage_ledger import UsageLedger, UsageReport
from tests.contracts.price_book_contract import PriceBookContract


class TestInMemoryPriceBook(PriceBookContract):
    @pytest.fixture
    def memory(self) -> InMemoryUsageLedger:
        return InMemoryUsageLedger()

    @pytest.fixture
    def prices(self) -> InMemoryPriceBook:
        return InMemoryPriceBook()

    @pytest.fixture
    def book(self, prices: InMemoryPriceBook) -> PriceBook:
        return prices

    @pytest.fixture
    def reckoning(self, memory: InMemoryUsageLedger, prices: InMemoryPriceBook) -> PriceAudit:
        return InMemoryPriceAudit(memory, prices)

    @pytest.fixture
    def ledger(self, memory: InMemoryUsageLedger) -> UsageLedger:
        return memory

    @pytest.fixture
    def report(self, memory: InMemoryUsageLedger) -> UsageReport:
        return memory
