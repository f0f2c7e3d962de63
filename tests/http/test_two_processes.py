"""Two services over one database, as two processes are: what one changes of keys, the other hears of by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.http.service import Caller, Service, service

KEYS, OWN = "/api/v1/admin/keys", "/api/v1/backtests"
HEARING_SECONDS = 30.0


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[tuple[Service, Service]]:
    shared = f"sqlite:///{tmp_path / 'shared.db'}"
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(service(tmp_path / "1", QUANTRAIL_DATABASE_URL=shared))
        second = await stack.enter_async_context(service(tmp_path / "2", QUANTRAIL_DATABASE_URL=shared))
        yield first, second


async def until(caller: Caller, status: int) -> None:
    async with asyncio.timeout(HEARING_SECONDS):
        while (await caller.ask("GET", OWN)).status_code != status:  # noqa: ASYNC110  # no event says it
            await asyncio.sleep(0.05)


async def test_a_key_made_and_revoked_in_one_is_let_in_and_refused_by_the_other(both: tuple[Service, Service]) -> None:
    first, second = both
    issued = await first.admin.post(KEYS, {"user_id": "민지", "roles": ["user"]}, 201)
    here, there = (Caller(http=one.http, key=issued["key"]) for one in both)
    await here.get(OWN)
    await until(there, 200)
    await first.admin.ask("DELETE", f"{KEYS}/{issued['key_id']}")
    assert (await here.get(OWN, 401))["reason"] == "revoked"
    await until(there, 401)
    assert (await there.get(OWN, 401))["reason"] == "revoked"
    assert second.admin.key == ""


async def test_the_first_admin_is_let_in_from_the_start(both: tuple[Service, Service]) -> None:
    first, second = both
    await first.admin.get(KEYS)
    await Caller(http=second.http, key=first.admin.key).get(KEYS)
