import pytest

from adapters.memory.usage_ledger import InMemoryUsageLedger
from application.ports.usage_figures import UsageFigures
from application.ports.usage_ledger import UsageLedger
from tests.contracts.usage_figures_contract import UsageFiguresContract


class TestInMemoryUsageFigures(UsageFiguresContract):
    @pytest.fixture
    def memory(self) -> InMemoryUsageLedger:
        return InMemoryUsageLedger()

    @pytest.fixture
    def ledger(self, memory: InMemoryUsageLedger) -> UsageLedger:
        return memory

    @pytest.fixture
    def figures(self, memory: InMemoryUsageLedger) -> UsageFigures:
        return memory
