from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access_errors import CallTooLarge
from domain.generation import Caller
from domain.rate_limit import (
    BUCKET_MS,
    BUCKETS,
    RateDemand,
    RateRule,
    RateSubject,
    RateUnit,
    SlidingWindow,
    demands_of,
    refusal,
)
from tests.builders import a_caller, a_principal

LIMIT = 50
LONGEST_MS = (BUCKETS + 1) * BUCKET_MS
STEPS = st.lists(
    st.tuples(st.sampled_from([0, 1, 40, 99, 100, 101, 5_000, 29_950, 60_000, 60_100]), st.integers(1, LIMIT)),
    max_size=40,
)


@dataclass(slots=True, kw_only=True)
class EveryOne:
    """The rule as it is said, over every single one that was let in."""

    taken: list[tuple[int, int]] = field(default_factory=list)

    def fits(self, amount: int, at_ms: int) -> bool:
        return sum(a for t, a in self.taken if t // BUCKET_MS >= at_ms // BUCKET_MS - BUCKETS) + amount <= LIMIT

    def wait_ms(self, amount: int, at_ms: int) -> int:
        if self.fits(amount, at_ms):
            return 0
        boundary = (at_ms // BUCKET_MS + 1) * BUCKET_MS
        return next(moment - at_ms for moment in range(boundary, at_ms + 10**6, BUCKET_MS) if self.fits(amount, moment))


@given(steps=STEPS)
def test_a_window_says_what_counting_every_single_one_says(steps: list[tuple[int, int]]) -> None:
    window, counted, now = SlidingWindow(), EveryOne(), 1_795_000_000_000
    for pause, amount in steps:
        now += pause
        wait = window.wait_ms(amount, limit=LIMIT, at_ms=now)
        assert wait == counted.wait_ms(amount, now)
        if wait == 0:
            window.take(amount, at_ms=now)
            counted.taken.append((now, amount))
        else:
            assert not counted.fits(amount, now + wait - 1)
            assert counted.fits(amount, now + wait)


@given(steps=STEPS)
def test_in_no_stretch_of_a_minute_more_is_taken_than_the_limit(steps: list[tuple[int, int]]) -> None:
    window, taken, now = SlidingWindow(), [], 7
    for pause, amount in steps:
        now += pause
        if window.wait_ms(amount, limit=LIMIT, at_ms=now) == 0:
            window.take(amount, at_ms=now)
            taken.append((now, amount))
    for start, _ in taken:
        assert sum(amount for moment, amount in taken if start <= moment < start + 60_000) <= LIMIT


@given(steps=STEPS, used=st.lists(st.integers(0, LIMIT), min_size=40, max_size=40))
def test_what_is_settled_counts_as_if_it_had_been_taken_so_from_the_first(
    steps: list[tuple[int, int]], used: list[int]
) -> None:
    corrected, known, now = SlidingWindow(), SlidingWindow(), 0
    for (pause, amount), actual in zip(steps, used, strict=False):
        now += pause
        if corrected.wait_ms(amount, limit=LIMIT, at_ms=now) == 0:
            corrected.take(amount, at_ms=now)
            corrected.correct(actual - amount, taken_at_ms=now)
            known.take(actual, at_ms=now)
        for asked in (1, LIMIT):
            waits = [one.wait_ms(asked, limit=LIMIT, at_ms=now) for one in (corrected, known)]
            assert waits[0] == waits[1]


def test_whoever_is_alone_takes_more_than_99_percent_of_the_limit_in_every_minute() -> None:
    window, taken = SlidingWindow(), []
    for now in range(0, 600_000, 20):
        if window.wait_ms(1, limit=1_000, at_ms=now) == 0:
            window.take(1, at_ms=now)
            taken.append(now)
    for start in range(0, 540_000, 777):
        in_it = sum(start <= moment < start + 60_000 for moment in taken)
        assert 990 <= in_it <= 1_000


def test_what_is_corrected_after_it_left_the_window_changes_nothing() -> None:
    window = SlidingWindow()
    window.take(40, at_ms=0)
    assert window.wait_ms(LIMIT, limit=LIMIT, at_ms=LONGEST_MS) == 0
    window.correct(-40, taken_at_ms=0)
    window.take(LIMIT, at_ms=LONGEST_MS)
    assert window.wait_ms(1, limit=LIMIT, at_ms=LONGEST_MS) == LONGEST_MS
    assert not window.is_empty(at_ms=LONGEST_MS)
    assert window.is_empty(at_ms=2 * LONGEST_MS)


def test_what_can_never_fit_is_no_time_to_wait() -> None:
    window = SlidingWindow()
    window.take(1, at_ms=0)
    with pytest.raises(ValueError, match="never"):
        window.wait_ms(LIMIT + 1, limit=LIMIT, at_ms=0)


@pytest.mark.parametrize(("wait_ms", "seconds"), [(1, 1), (999, 1), (1_000, 1), (1_001, 2), (60_100, 61)])
def test_whoever_waits_is_told_whole_seconds_that_suffice(wait_ms: int, seconds: int) -> None:
    demand = RateDemand(rule="분당", unit=RateUnit.REQUESTS, subject="", limit=1)
    assert refusal(demand, wait_ms=wait_ms).retry_after_seconds == seconds


EACH_USER = RateRule(
    name="사람마다", each=RateSubject.USER, requests_per_minute=10, tokens_per_minute=500, concurrent=4
)
MINJI = a_caller(user_id="김민지")


def demanded(rule: RateRule, caller: Caller = MINJI, *, tokens: int = 90) -> list[tuple[RateUnit, str, int, int]]:
    demands = demands_of([rule], caller, service="chatops", model_id="gpt-4o", tokens=tokens)
    return [(demand.unit, demand.subject, demand.limit, demand.amount) for demand in demands]


def test_a_call_needs_of_a_rule_what_the_rule_limits() -> None:
    assert demanded(EACH_USER) == [
        (RateUnit.REQUESTS, "김민지", 10, 1),
        (RateUnit.TOKENS, "김민지", 500, 90),
        (RateUnit.CONCURRENT, "김민지", 4, 1),
    ]
    assert demanded(RateRule(name="모두", concurrent=7)) == [(RateUnit.CONCURRENT, "", 7, 1)]


@pytest.mark.parametrize(
    ("service", "model_id", "covered"),
    [(None, None, True), ("chatops", None, True), ("gateway", None, False), (None, "gpt-4o", True),
     (None, "gpt-4o-mini", False), ("chatops", "gpt-4o", True), ("chatops", "gpt-5", False)],
)  # fmt: skip
def test_a_rule_covers_the_service_and_model_it_names(service: str | None, model_id: str | None, covered: bool) -> None:  # noqa: FBT001  # a column
    rule = RateRule(name="규칙", service=service, model_id=model_id, concurrent=1)
    assert bool(demanded(rule)) is covered


def test_a_request_that_takes_several_calls_is_one_and_its_tokens_are_those_of_all() -> None:
    counted = replace(MINJI, counted={"사람마다"})
    assert [unit for unit, *_ in demanded(EACH_USER, counted)] == [RateUnit.TOKENS, RateUnit.CONCURRENT]


def test_a_call_without_tokens_needs_none() -> None:
    assert RateUnit.TOKENS not in [unit for unit, *_ in demanded(EACH_USER, tokens=0)]


def test_what_nobody_waits_for_takes_half_of_a_limit_and_at_least_one() -> None:
    behind = replace(MINJI, in_background=True)
    assert [limit for _, _, limit, _ in demanded(EACH_USER, behind)] == [5, 250, 2]
    assert demanded(RateRule(name="하나", concurrent=1), behind) == [(RateUnit.CONCURRENT, "", 1, 1)]


def test_each_key_is_counted_apart_whomever_it_acts_for() -> None:
    rule = RateRule(name="열쇠마다", each=RateSubject.KEY, requests_per_minute=10)
    for key_id, subject in (("key-7", "key-7"), ("jwt:platform", "jwt:platform"), (None, "no key: 김민지")):
        caller = Caller(principal=a_principal(user_id="김민지", key_id=key_id), request_id="req-1")
        assert [subject for _, subject, _, _ in demanded(rule, caller)] == [subject]


def test_a_call_that_can_never_fit_is_refused_for_good() -> None:
    with pytest.raises(CallTooLarge) as refused:
        demanded(EACH_USER, tokens=501)
    assert (refused.value.facts["rule"], refused.value.facts["limit"]) == ("사람마다", 500)
    assert "501" in refused.value.detail
