import pytest

from adapters.sql.answer_book import SqlAnswerBook
from adapters.sql.database import Database
from application.ports.answer_book import AnswerBook
from tests.contracts.answer_book_contract import AnswerBookContract
from tests.contracts.sql_engines import OnPostgresql


class TestPostgresqlAnswerBook(OnPostgresql, AnswerBookContract):
    @pytest.fixture
    def book(self, database: Database) -> AnswerBook:
        return SqlAnswerBook(database)
