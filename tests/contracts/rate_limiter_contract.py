"""What every rate limiter promises."""

import random

import pytest

from adapters.memory.clock import SettableClock
from application.ports.rate_limiter import RateLimiter
from domain.access_errors import RateLimited
from domain.rate_limit import RateDemand, RateTicket, RateUnit

LEASE = 90.0


def requests(limit: int = 3, *, rule: str = "분당", subject: str = "김민지") -> RateDemand:
    return RateDemand(rule=rule, unit=RateUnit.REQUESTS, subject=subject, limit=limit)


def tokens(amount: int, *, limit: int = 1_000, rule: str = "토큰") -> RateDemand:
    return RateDemand(rule=rule, unit=RateUnit.TOKENS, subject="김민지", limit=limit, amount=amount)


def place(limit: int = 2) -> RateDemand:
    return RateDemand(rule="동시", unit=RateUnit.CONCURRENT, subject="{김}:*민지 %s", limit=limit)


async def taken(limiter: RateLimiter, *demands: RateDemand, lease: float = LEASE) -> RateTicket:
    return await limiter.admit(demands, lease_seconds=lease)


async def refusal(limiter: RateLimiter, *demands: RateDemand) -> RateLimited:
    with pytest.raises(RateLimited) as refused:
        await limiter.admit(demands, lease_seconds=LEASE)
    return refused.value


class RateLimiterContract:
    """A subclass gives `limiter`, declared `-> RateLimiter`, which counts nothing yet, by `clock`."""

    async def test_as_many_are_let_in_as_the_limit_says(self, limiter: RateLimiter) -> None:
        for _ in range(3):
            await taken(limiter, requests())
        refused = await refusal(limiter, requests())
        assert refused.facts == {
            "rule": "분당", "unit": "requests_per_minute", "limit": 3, "retry_after_seconds": 61,
        }  # fmt: skip

    async def test_after_the_time_it_was_told_a_call_is_let_in_and_not_a_second_before(
        self, limiter: RateLimiter, clock: SettableClock
    ) -> None:
        for pause in (0, 7.3, 20.04):
            clock.advance(pause)
            await taken(limiter, requests())
        clock.advance(11.2)
        for _ in range(3):
            wait = (await refusal(limiter, requests())).retry_after_seconds
            clock.advance(wait - 1)
            assert (await refusal(limiter, requests())).retry_after_seconds == 1
            clock.advance(1)
            await taken(limiter, requests())

    async def test_what_was_refused_counts_nowhere(self, limiter: RateLimiter, clock: SettableClock) -> None:
        for _ in range(3):
            await taken(limiter, requests())
        clock.advance(30)
        for _ in range(20):
            await refusal(limiter, requests())
        clock.advance(30.1)
        await taken(limiter, requests())

    async def test_rules_units_and_subjects_are_counted_apart(self, limiter: RateLimiter) -> None:
        await taken(limiter, requests(1))
        await refusal(limiter, requests(1))
        await taken(limiter, requests(1, subject="이준"))
        await taken(limiter, requests(1, rule="다른 규칙"))
        await taken(limiter, tokens(5, limit=5, rule="분당"))

    async def test_all_demands_are_taken_or_none(self, limiter: RateLimiter) -> None:
        await taken(limiter, requests(1, rule="가"))
        for _ in range(5):
            refused = await refusal(limiter, requests(2, rule="나"), tokens(1_000), place(1), requests(1, rule="가"))
            assert refused.facts["rule"] == "가"
        await taken(limiter, requests(2, rule="나"), tokens(1_000), place(1))
        await taken(limiter, requests(2, rule="나"))

    async def test_the_demand_that_waits_longest_is_named_and_the_first_of_several(
        self, limiter: RateLimiter, clock: SettableClock
    ) -> None:
        await taken(limiter, requests(1, rule="먼저"))
        clock.advance(20)
        await taken(limiter, requests(1, rule="나중"))
        await taken(limiter, requests(1, rule="또"), place(1))
        refused = await refusal(
            limiter, place(1), requests(1, rule="먼저"), requests(1, rule="나중"), requests(1, rule="또")
        )
        assert (refused.facts["rule"], refused.retry_after_seconds) == ("나중", 61)

    async def test_tokens_are_taken_at_the_most_and_given_back_when_it_is_known(self, limiter: RateLimiter) -> None:
        first = await taken(limiter, tokens(900))
        await refusal(limiter, tokens(200))
        await limiter.settle(first, tokens=100)
        await taken(limiter, tokens(900))
        await refusal(limiter, tokens(1))

    async def test_tokens_that_were_used_beyond_what_was_taken_count_too(self, limiter: RateLimiter) -> None:
        first = await taken(limiter, tokens(100))
        await limiter.settle(first, tokens=1_500)
        assert (await refusal(limiter, tokens(1))).retry_after_seconds == 61

    async def test_where_nobody_knows_what_was_used_everything_stays_taken(self, limiter: RateLimiter) -> None:
        first = await taken(limiter, tokens(900), place(1))
        await limiter.settle(first, tokens=None)
        await refusal(limiter, tokens(200))
        await taken(limiter, place(1))

    async def test_how_long_tokens_take_is_told_for_the_amount_that_is_asked(
        self, limiter: RateLimiter, clock: SettableClock
    ) -> None:
        for amount in (300, 300, 400):
            await taken(limiter, tokens(amount))
            clock.advance(10)
        waits = [(await refusal(limiter, tokens(amount))).retry_after_seconds for amount in (1, 300, 301, 600, 601)]
        assert waits == [31, 31, 41, 41, 51]

    async def test_tokens_count_for_when_they_were_taken_however_late_they_are_settled(
        self, limiter: RateLimiter, clock: SettableClock
    ) -> None:
        first = await taken(limiter, tokens(1_000))
        clock.advance(50)
        await limiter.settle(first, tokens=800)
        assert (await refusal(limiter, tokens(300))).retry_after_seconds == 11
        clock.advance(10.1)
        await taken(limiter, tokens(1_000))

    async def test_what_has_gone_from_the_window_is_not_given_back_again(
        self, limiter: RateLimiter, clock: SettableClock
    ) -> None:
        first = await taken(limiter, tokens(1_000))
        clock.advance(61)
        await taken(limiter, tokens(1_000))
        await limiter.settle(first, tokens=0)
        await refusal(limiter, tokens(1))

    async def test_a_place_is_free_when_the_call_has_ended_and_until_then_one_tries_again(
        self, limiter: RateLimiter
    ) -> None:
        first, _ = await taken(limiter, place()), await taken(limiter, place())
        assert (await refusal(limiter, place())).facts == {
            "rule": "동시", "unit": "concurrent", "limit": 2, "retry_after_seconds": 1,
        }  # fmt: skip
        await limiter.settle(first, tokens=None)
        await taken(limiter, place())
        await refusal(limiter, place())

    async def test_the_place_of_somebody_who_is_gone_is_free_after_the_lease(
        self, limiter: RateLimiter, clock: SettableClock
    ) -> None:
        await taken(limiter, place(), lease=30)
        await taken(limiter, place(), lease=50)
        clock.advance(29.999)
        await refusal(limiter, place())
        clock.advance(0.001)
        await taken(limiter, place())
        await refusal(limiter, place())

    async def test_settling_twice_or_after_the_lease_changes_nothing(
        self, limiter: RateLimiter, clock: SettableClock
    ) -> None:
        first, second = await taken(limiter, tokens(500), place()), await taken(limiter, tokens(500), place(), lease=30)
        for _ in range(3):
            await limiter.settle(first, tokens=400)
        await taken(limiter, tokens(100), place())
        await refusal(limiter, tokens(1))
        await refusal(limiter, place())
        clock.advance(30)
        await limiter.settle(second, tokens=0)
        await refusal(limiter, tokens(1))
        await taken(limiter, place())

    async def test_a_limit_that_was_lowered_holds_from_then_on(
        self, limiter: RateLimiter, clock: SettableClock
    ) -> None:
        for _ in range(5):
            await taken(limiter, requests(5))
            clock.advance(1)
        assert (await refusal(limiter, requests(2))).retry_after_seconds == 59
        clock.advance(58)
        await refusal(limiter, requests(2))
        clock.advance(1)
        await taken(limiter, requests(2))

    async def test_in_no_minute_more_is_let_in_and_whoever_is_alone_uses_nearly_all_of_it(
        self, limiter: RateLimiter, clock: SettableClock
    ) -> None:
        chance, limit, let_in = random.Random(20_261_124), 200, []  # noqa: S311  # pauses, not secrets
        began = clock.elapsed()
        while clock.elapsed() - began < 300:
            try:
                await taken(limiter, requests(limit))
                let_in.append(clock.elapsed() - began)
            except RateLimited:
                clock.advance(chance.choice((0.013, 0.1, 0.7)))
            else:
                clock.advance(chance.choice((0, 0, 0.001, 0.1)))
        most = max(sum(start <= moment < start + 60 for moment in let_in) for start in let_in)
        assert most == limit
        assert len(let_in) >= 0.99 * limit * 300 / 60
