import pytest

from adapters.memory.clock import SettableClock
from adapters.memory.rate_limiter import InMemoryRateLimiter
from application.ports.rate_limiter import RateLimiter
from tests.builders import MOMENT
from tests.contracts.rate_limiter_contract import RateLimiterContract


class TestInMemoryRateLimiter(RateLimiterContract):
    @pytest.fixture
    def clock(self) -> SettableClock:
        return SettableClock(MOMENT)

    @pytest.fixture
    def limiter(self, clock: SettableClock) -> RateLimiter:
        return InMemoryRateLimiter(clock)
