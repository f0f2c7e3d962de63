import pytest

from adapters.memory.text_index import InMemoryTextIndex
from application.ports.text_index import TextIndex
from tests.contracts.text_index_contract import TextIndexContract


class TestInMemoryTextIndex(TextIndexContract):
    @pytest.fixture
    def index(self) -> TextIndex:
        return InMemoryTextIndex()
