from collections.abc import AsyncIterator

import pytest

from adapters.memory.clock import SettableClock
from adapters.valkey.rate_limiter import ValkeyRateLimiter
from application.ports.rate_limiter import RateLimiter
from tests.builders import MOMENT
from tests.contracts.rate_limiter_contract import RateLimiterContract
from tests.contracts.valkey_server import a_valkey_url


class TestValkeyRateLimiter(RateLimiterContract):
    @pytest.fixture
    def clock(self) -> SettableClock:
        return SettableClock(MOMENT)

    @pytest.fixture
    async def limiter(self, clock: SettableClock) -> AsyncIterator[RateLimiter]:
        limiter = ValkeyRateLimiter(a_valkey_url(), clock=clock)
        yield limiter
        await limiter.close()
