"""Two services over one PostgreSQL, as two processes are: what one sets, the other enforces by itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.contracts.sql_engines import a_postgresql_at_head
from tests.http.service import Caller, Service, service
from tests.http.test_budgets import BUILD, IDEA, at, listed, put
from tests.http.test_prices import APPLY, configured, price_of, today

TEAM = "연구팀/하위 팀"
SOON_SECONDS = 30.0


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[tuple[Caller, Caller]]:
    """The admin of each service; both know the same key."""
    settings = {"QUANTRAIL_DATABASE_URL": await a_postgresql_at_head(), **configured(tmp_path, gpt_4o_mini="0.20")}
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(service(tmp_path / name, **settings)) for name in ("1", "2")]
        yield first.admin, knowing(second, first.admin.key)


def knowing(running: Service, key: str) -> Caller:
    return Caller(http=running.http, key=key)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        while not await holds():  # noqa: ASYNC110  # no event says it
            await asyncio.sleep(0.05)


async def test_a_budget_set_in_one_refuses_in_the_other_until_it_is_removed(both: tuple[Caller, Caller]) -> None:
    first, second = both
    await second.post(BUILD, IDEA)

    async def refused() -> bool:
        return (await second.ask("POST", BUILD, IDEA)).status_code == 402

    async def served() -> bool:
        return (await second.ask("POST", BUILD, IDEA)).status_code == 200

    await put(first, TEAM, unit="tokens", limit=1, period="month")
    await until(refused)
    budget = (await listed(second))[TEAM]
    assert (budget["source"], budget["limit"]) == ("http", "1")
    await first.ask("DELETE", at(TEAM))
    await until(served)
    assert TEAM not in await listed(second)


async def test_prices_taken_in_one_are_charged_by_the_other(both: tuple[Caller, Caller]) -> None:
    first, second = both
    await first.post(APPLY, {})

    async def taken_over() -> bool:
        return await price_of(second, "gpt-4o-mini") == ("0.15", today())

    await until(taken_over)


async def test_what_was_set_outlives_a_restart(tmp_path: Path) -> None:
    settings = {"QUANTRAIL_DATABASE_URL": await a_postgresql_at_head(), **configured(tmp_path, gpt_4o_mini="0.20")}
    async with service(tmp_path / "1", **settings) as running:
        admin = running.admin
        await put(admin, TEAM, unit="tokens", limit=1, period="month")
        await admin.post(APPLY, {})
    async with service(tmp_path / "1", **settings) as again:
        admin = knowing(again, admin.key)
        assert (await admin.post(BUILD, IDEA, 402))["rule"] == TEAM
        assert await price_of(admin, "gpt-4o-mini") == ("0.15", today())
