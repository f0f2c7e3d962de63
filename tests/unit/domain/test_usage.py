from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import FREE
from domain.usage import TokenUsage, UsageStatus, cost_of
from tests.arbitrary import usages
from tests.builders import a_price, a_settlement, a_usage_entry, later

FULL_PRICE = a_price(
    input_usd_per_mtok=Decimal("2.5"),
    cached_input_usd_per_mtok=Decimal("1.25"),
    cache_write_usd_per_mtok=Decimal("3.125"),
    output_usd_per_mtok=Decimal(10),
)
BUCKETS = ("input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens")
prices = st.integers(0, 10**8).map(lambda micro: Decimal(micro).scaleb(-6))


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_negative_bucket_is_refused(bucket: str) -> None:
    with pytest.raises(ValueError, match="negative"):
        replace(TokenUsage(input_tokens=9, output_tokens=9), **{bucket: -1})  # type: ignore[arg-type]  # each bucket is a number


@pytest.mark.parametrize(
    "usage",
    [
        {"input_tokens": 10, "cached_input_tokens": 11},
        {"input_tokens": 10, "cached_input_tokens": 6, "cache_write_tokens": 5},
        {"output_tokens": 10, "reasoning_tokens": 11},
    ],
)
def test_a_part_that_exceeds_its_whole_is_refused(usage: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="exceed"):
        TokenUsage(**usage)  # type: ignore[arg-type]  # each bucket is a number


@given(usage=usages())
def test_the_buckets_sum_to_the_total(usage: TokenUsage) -> None:
    parts = usage.uncached_input_tokens + usage.cached_input_tokens + usage.cache_write_tokens + usage.output_tokens
    assert parts == usage.total_tokens
    assert usage.uncached_input_tokens >= 0


@given(one=usages(), other=usages())
def test_adding_adds_every_bucket_and_keeps_the_doubt(one: TokenUsage, other: TokenUsage) -> None:
    both = one + other
    assert [getattr(both, b) for b in BUCKETS] == [getattr(one, b) + getattr(other, b) for b in BUCKETS]
    assert both.estimated is (one.estimated or other.estimated)


def test_each_bucket_costs_its_own_price_once() -> None:
    usage = TokenUsage(
        input_tokens=1_000, cached_input_tokens=600, cache_write_tokens=100, output_tokens=200, reasoning_tokens=150
    )
    cost = cost_of(usage, FULL_PRICE)
    assert cost == (300 * Decimal("2.5") + 600 * Decimal("1.25") + 100 * Decimal("3.125") + 200 * 10) / 1_000_000


def test_a_bucket_without_a_price_costs_what_input_costs() -> None:
    price = a_price(cached_input_usd_per_mtok=None, cache_write_usd_per_mtok=None)
    usage = TokenUsage(input_tokens=1_000, cached_input_tokens=600, cache_write_tokens=100)
    assert cost_of(usage, price) == cost_of(TokenUsage(input_tokens=1_000), price)


def test_a_bucket_priced_at_nothing_costs_nothing() -> None:
    price = a_price(cached_input_usd_per_mtok=Decimal(0))
    assert cost_of(TokenUsage(input_tokens=500, cached_input_tokens=500), price) == 0


def test_one_token_at_the_smallest_price_is_not_lost() -> None:
    price = a_price(input_usd_per_mtok=Decimal("0.000001"))
    assert cost_of(TokenUsage(input_tokens=1), price) == Decimal("0.000000000001")


def test_a_million_tokens_cost_the_price() -> None:
    assert cost_of(TokenUsage(output_tokens=1_000_000), FULL_PRICE) == 10


@given(usage=usages())
def test_what_is_free_costs_nothing(usage: TokenUsage) -> None:
    assert cost_of(usage, FREE) == 0


@given(usage=usages(10**9), base=prices, cached=prices, written=prices, output=prices)
def test_a_cost_is_exact_and_never_negative(  # noqa: PLR0917  # hypothesis passes by name
    usage: TokenUsage, base: Decimal, cached: Decimal, written: Decimal, output: Decimal
) -> None:
    price = a_price(
        input_usd_per_mtok=base,
        cached_input_usd_per_mtok=cached,
        cache_write_usd_per_mtok=written,
        output_usd_per_mtok=output,
    )
    cost = cost_of(usage, price)
    assert cost >= 0
    assert cost == cost.quantize(Decimal("1e-12"))


@given(one=usages(), other=usages())
def test_more_tokens_never_cost_less_and_costs_add_up(one: TokenUsage, other: TokenUsage) -> None:
    both = cost_of(one + other, FULL_PRICE)
    assert both == cost_of(one, FULL_PRICE) + cost_of(other, FULL_PRICE)
    assert both >= cost_of(one, FULL_PRICE)


def test_a_settled_row_has_the_final_figures_and_its_own_name() -> None:
    row = a_usage_entry().settled(a_settlement(reason="client left"))
    assert row == replace(
        a_usage_entry(),
        status=UsageStatus.SETTLED,
        usage=a_settlement().usage,
        cost_usd=a_settlement().cost_usd,
        saved_cost_usd=a_settlement().saved_cost_usd,
        latency_ms=2_000,
        reason="client left",
    )


@pytest.mark.parametrize("status", [status for status in UsageStatus if status is not UsageStatus.PENDING])
def test_a_row_that_is_final_stays_as_it_is(status: UsageStatus) -> None:
    row = a_usage_entry().settled(a_settlement(status=status))
    assert row.settled(a_settlement(cost_usd=Decimal(9))) is row


def test_a_settlement_cannot_leave_a_row_pending() -> None:
    with pytest.raises(ValueError, match="final"):
        a_settlement(status=UsageStatus.PENDING)


def test_a_call_whose_end_nobody_saw_costs_its_estimate() -> None:
    entry = a_usage_entry(usage=TokenUsage(input_tokens=7, output_tokens=3), cost_usd=Decimal("0.01"))
    row = entry.settled(entry.unknown(at=later(90)))
    assert (row.status, row.cost_usd, row.latency_ms) == (UsageStatus.UNKNOWN, Decimal("0.01"), 90_000)
    assert row.usage == TokenUsage(input_tokens=7, output_tokens=3, estimated=True)
    assert row.reason


def test_a_clock_that_went_back_gives_no_negative_latency() -> None:
    assert a_usage_entry().unknown(at=later(-5)).latency_ms == 0
