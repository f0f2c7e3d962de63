import pytest

from adapters.memory.answer_book import InMemoryAnswerBook
from application.ports.answer_book import AnswerBook
from tests.contracts.answer_book_contract import AnswerBookContract


class TestInMemoryAnswerBook(AnswerBookContract):
    @pytest.fixture
    def book(self) -> AnswerBook:
        return InMemoryAnswerBook()
