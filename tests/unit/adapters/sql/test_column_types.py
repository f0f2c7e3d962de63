from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from adapters.sql.column_types import PICO_DOLLARS, amount_of, microseconds, whole_units
from adapters.sql.database import Database
from adapters.sql.ledger_tables import usage_entries
from adapters.sql.usage_rows import row_of
from tests.builders import MOMENT, a_usage_entry
from tests.contracts.sql_engines import OnPostgresql, OnSqlite

MOMENTS = (
    datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9))),
    datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
    MOMENT.astimezone(timezone(timedelta(hours=9))),
    MOMENT + timedelta(microseconds=1),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
)


async def add(database: Database, costs: Sequence[Decimal]) -> None:
    rows = [row_of(a_usage_entry(entry_id=f"e-{n}", cost_usd=cost)) for n, cost in enumerate(costs)]
    async with database.write() as connection:
        await connection.execute(insert(usage_entries), rows)


class ColumnTypes:
    async def test_money_comes_back_to_the_pico_dollar(self, database: Database) -> None:
        costs = [Decimal("0.000000000001"), Decimal("1.1"), Decimal(0), Decimal("9000000.999999999999"), Decimal(-3)]
        await add(database, costs)
        kept = select(usage_entries.c.cost_usd).order_by(usage_entries.c.entry_id)
        async with database.read() as connection:
            assert list((await connection.execute(kept)).scalars()) == costs

    async def test_a_sum_of_money_is_exact_where_floats_are_not(self, database: Database) -> None:
        await add(database, [Decimal("0.1")] * 10 + [Decimal("123456.000000000001")] * 3)
        async with database.read() as connection:
            total = (await connection.execute(select(func.sum(usage_entries.c.cost_usd)))).scalar_one()
        assert total == Decimal("370369.000000000003")

    async def test_times_sort_as_they_followed_each_other(self, database: Database) -> None:
        rows = [row_of(a_usage_entry(entry_id=f"e-{n}", deadline_at=at)) for n, at in enumerate(MOMENTS)]
        by_time = select(usage_entries.c.entry_id).order_by(usage_entries.c.deadline_at)
        async with database.write() as connection:
            await connection.execute(insert(usage_entries), rows[::-1])
            assert list((await connection.execute(by_time)).scalars()) == [row["entry_id"] for row in rows]

    async def test_names_sort_by_code_point(self, database: Database) -> None:
        names = ["B", "Z", "_", "a", "b", "é", "가", "준", "😀"]
        rows = [row_of(a_usage_entry(entry_id=name)) for name in names]
        async with database.write() as connection:
            await connection.execute(insert(usage_entries), rows[::-1])
            in_order = await connection.execute(select(usage_entries.c.entry_id).order_by(usage_entries.c.entry_id))
            assert list(in_order.scalars()) == names


class TestSqliteColumnTypes(OnSqlite, ColumnTypes):
    pass


class TestPostgresqlColumnTypes(OnPostgresql, ColumnTypes):
    pass


@given(st.integers(-(10**30), 10**30))
def test_every_whole_number_of_pico_dollars_survives(number: int) -> None:
    assert whole_units(amount_of(number, PICO_DOLLARS), PICO_DOLLARS) == number


@given(st.integers(-(10**30), 10**30))
def test_tokens_are_counted_as_they_are(number: int) -> None:
    assert amount_of(number, 1) == number


@pytest.mark.parametrize("amount", ["0.0000000000001", "12345678901234567890.0000000000000000000000001"])
def test_money_is_refused_rather_than_rounded(amount: str) -> None:
    with pytest.raises(ValueError, match="is not a whole number"):
        whole_units(Decimal(amount), PICO_DOLLARS)


@pytest.mark.parametrize("amount", ["0.1", "0.30", "-2.5", "100"])
def test_money_reads_as_people_write_it(amount: str) -> None:
    assert str(amount_of(whole_units(Decimal(amount), PICO_DOLLARS), PICO_DOLLARS)) in (amount, amount.rstrip("0"))


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        microseconds(datetime(2026, 11, 20))  # noqa: DTZ001  # that it is naive is the point
