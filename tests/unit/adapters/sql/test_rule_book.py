"""A change of the rules is its row and its revision too, or nothing at all."""

import pytest
from sqlalchemy.exc import IntegrityError

from adapters.sql.audit_trail import SqlAuditTrail
from adapters.sql.database import Database
from adapters.sql.revisions import SqlRevisions
from adapters.sql.rule_book import SqlRuleBook
from domain.overlay import AppliedPrice
from domain.revision import Watched
from tests.builders import MOMENT, a_price, a_rule, an_audit_entry
from tests.contracts.sql_engines import OnPostgresql, OnSqlite

TAKEN = an_audit_entry()
"""The row of an act that was written before: nothing can be committed with it again."""


class OneTransaction:
    async def test_what_cannot_leave_its_row_changes_nothing(self, database: Database) -> None:
        book = SqlRuleBook(database)
        await book.set_budget(a_rule(name="팀"), act=TAKEN)
        before = await book.read()
        price = AppliedPrice(model_id="gpt-4o", price=a_price(), replaces=None)
        for change in (
            book.set_budget(a_rule(name="또"), act=TAKEN),
            book.remove_budget("팀", act=TAKEN),
            book.take_prices((price,), reviewed={"gpt-4o": MOMENT.date()}, act=TAKEN),
        ):
            with pytest.raises(IntegrityError):
                await change
        assert await book.read() == before
        assert (await SqlRevisions(database).current())[Watched.GOVERNANCE] == 1
        assert (await SqlAuditTrail(database).page(limit=10)).items == (TAKEN,)


class TestOnSqlite(OnSqlite, OneTransaction):
    pass


class TestOnPostgresql(OnPostgresql, OneTransaction):
    pass
