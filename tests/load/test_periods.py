"""A period that ends gives back what was spent in it, and a hold belongs to the period in which it was made."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from application.streamed import Streamed
from domain.errors import BudgetExhausted
from domain.prompting import Message, MessageRole, Prompt
from tests.builders import a_caller, a_rule
from tests.contracts.sql_engines import OnPostgresql, OnSqlite, Place
from tests.load.failing import BEFORE_MIDNIGHT, STREAM, Desk, a_desk

MIDNIGHT = datetime.fromisoformat("2026-11-21T00:00:00+09:00")
UNTIL_MIDNIGHT = (MIDNIGHT - BEFORE_MIDNIGHT).total_seconds()
# What a question may come to is 2.4 cents a thousand tokens written; a day has room for one of them and a half.
A_DAY = a_rule(name="a_day_in_seoul", limit=Decimal("0.036"), timezone="Asia/Seoul", each_user=True)
ASKED = Prompt(
    version="test@1",
    messages=(Message(role=MessageRole.USER, text="밤새 무슨 일이 있었지?"),),
    max_output_tokens=2_400,
)


def ask(desk: Desk) -> AsyncGenerator[Streamed, None]:
    caller = a_caller(user_id="민지")
    model = desk.models.choose("gpt-4o", service=STREAM, caller=caller)
    return desk.models.stream(ASKED, model=model, service=STREAM, caller=caller)


async def ask_to_the_end(desk: Desk) -> None:
    _ = [piece async for piece in ask(desk)]


async def ask_again_and_again(desk: Desk) -> None:
    for _ in range(100):
        await ask_to_the_end(desk)


async def days(desk: Desk) -> dict[datetime, tuple[int, int]]:
    """What is spent and held, by the start of the day."""
    book = await desk.books.read()
    assert book.faults() == []
    starts = [datetime.fromtimestamp(row["starts_at"] / 1_000_000, tz=MIDNIGHT.tzinfo) for row in book.counters]
    return {at: (row["spent"], row["held"]) for at, row in zip(starts, book.counters, strict=True)}


YESTERDAY = MIDNIGHT - timedelta(days=1)


class Periods:
    async def test_a_day_that_ends_gives_back_what_was_spent(self, place: Place) -> None:
        async with a_desk(place.url, A_DAY, calm=True) as desk:
            with pytest.raises(BudgetExhausted) as refused:
                await ask_again_and_again(desk)
            assert refused.value.resets_at == MIDNIGHT
            desk.clock.advance(UNTIL_MIDNIGHT - 1)
            with pytest.raises(BudgetExhausted):
                await ask_to_the_end(desk)
            before = (await days(desk))[YESTERDAY]
            desk.clock.advance(1)
            await ask_to_the_end(desk)
            after = await days(desk)
            assert after[YESTERDAY] == before
            assert after[MIDNIGHT][0] > 0

    async def test_what_is_held_over_midnight_takes_nothing_from_the_next_day(self, place: Place) -> None:
        async with a_desk(place.url, A_DAY, calm=True) as desk:
            desk.clock.advance(UNTIL_MIDNIGHT - 5)
            lasting = ask(desk)
            await anext(lasting)
            with pytest.raises(BudgetExhausted):
                await ask_to_the_end(desk)
            desk.clock.advance(5)
            await ask_to_the_end(desk)
            today = (await days(desk))[MIDNIGHT]
            _ = [piece async for piece in lasting]
            after = await days(desk)
            assert after[MIDNIGHT] == today
            assert after[YESTERDAY][0] > 0
            assert after[YESTERDAY][1] == 0

    async def test_what_nobody_settled_before_midnight_is_charged_to_its_own_day(self, place: Place) -> None:
        async with a_desk(place.url, A_DAY, calm=True) as desk:
            desk.ledger.away = True
            await ask_to_the_end(desk)
            await desk.caught_up()
            held = (await days(desk))[YESTERDAY]
            desk.clock.advance(UNTIL_MIDNIGHT + 3_600)
            assert await desk.ledger.settle_overdue(at=desk.clock.now()) == 1
            assert await days(desk) == {YESTERDAY: (held[1], 0)}


class TestSqlitePeriods(OnSqlite, Periods):
    pass


class TestPostgresqlPeriods(OnPostgresql, Periods):
    pass
