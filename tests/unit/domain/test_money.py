"""What holds of every cost, whatever the tokens and the prices."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import FREE, TokenPrice
from domain.errors import UnpricedModel
from domain.price_fact import PriceFact, price_facts, repriced
from domain.usage import TokenUsage, at_dearest, cost_of
from tests.arbitrary import token_prices, usages
from tests.builders import MOMENT, a_model, a_price, a_usage_entry

PICO_DOLLAR = Decimal("1e-12")
ONE_MORE = {
    "uncached input": TokenUsage(input_tokens=1),
    "read from a cache": TokenUsage(input_tokens=1, cached_input_tokens=1),
    "written to a cache": TokenUsage(input_tokens=1, cache_write_tokens=1),
    "text": TokenUsage(output_tokens=1),
    "reasoning": TokenUsage(output_tokens=1, reasoning_tokens=1),
}
LARGE = 10**9


def parts(usage: TokenUsage) -> list[TokenUsage]:
    """The same tokens, a bucket each, none in two of them."""
    text = usage.output_tokens - usage.reasoning_tokens
    return [
        TokenUsage(input_tokens=usage.uncached_input_tokens),
        TokenUsage(input_tokens=usage.cached_input_tokens, cached_input_tokens=usage.cached_input_tokens),
        TokenUsage(input_tokens=usage.cache_write_tokens, cache_write_tokens=usage.cache_write_tokens),
        TokenUsage(output_tokens=text),
        TokenUsage(output_tokens=usage.reasoning_tokens, reasoning_tokens=usage.reasoning_tokens),
    ]


@given(usage=usages(LARGE), price=token_prices())
def test_the_buckets_do_not_overlap_and_are_all_there_is(usage: TokenUsage, price: TokenPrice) -> None:
    each = parts(usage)
    assert sum(part.total_tokens for part in each) == usage.total_tokens
    assert sum((cost_of(part, price) for part in each), Decimal(0)) == cost_of(usage, price)


@pytest.mark.parametrize("bucket", ONE_MORE)
@given(usage=usages(LARGE), price=token_prices())
def test_a_token_more_in_any_bucket_never_costs_less(bucket: str, usage: TokenUsage, price: TokenPrice) -> None:
    assert cost_of(usage + ONE_MORE[bucket], price) >= cost_of(usage, price)


@given(usage=usages(LARGE), price=token_prices())
def test_a_cost_is_never_negative_and_a_whole_number_of_pico_dollars(usage: TokenUsage, price: TokenPrice) -> None:
    cost = cost_of(usage, price)
    assert cost >= 0
    assert cost % PICO_DOLLAR == 0
    numerator, denominator = cost.as_integer_ratio()
    assert 10**12 * numerator % denominator == 0


@given(usage=usages(LARGE), price=token_prices(), rise=st.integers(0, 10**6))
def test_a_price_that_rises_never_makes_a_call_cheaper(usage: TokenUsage, price: TokenPrice, rise: int) -> None:
    dearer = replace(price, input_usd_per_mtok=price.input_usd_per_mtok + Decimal(rise).scaleb(-6))
    assert cost_of(usage, dearer) >= cost_of(usage, price)


@given(usage=usages(LARGE), price=token_prices())
def test_no_way_to_cache_costs_more_than_what_is_held(usage: TokenUsage, price: TokenPrice) -> None:
    most = at_dearest(usage, price)
    assert (most.input_tokens, most.output_tokens) == (usage.input_tokens, usage.output_tokens)
    assert cost_of(most, price) >= cost_of(usage, price)


@given(usage=usages(), price=token_prices())
def test_tokens_cost_nothing_only_where_their_price_says_so(usage: TokenUsage, price: TokenPrice) -> None:
    stated = [
        price.input_usd_per_mtok, price.cached_input_usd_per_mtok, price.cache_write_usd_per_mtok,
        price.output_usd_per_mtok or Decimal(0),
    ]  # fmt: skip
    if usage.total_tokens and 0 not in stated:
        assert cost_of(usage, price) > 0


def test_a_model_without_a_price_is_refused_by_name_unless_it_is_declared_free() -> None:
    unpriced = a_model(model_id="새 모델", prices=())
    with pytest.raises(UnpricedModel, match="새 모델 has no price"):
        unpriced.price_at(MOMENT)
    assert replace(unpriced, free=True).price_at(MOMENT) == FREE


@given(one=token_prices(), other=token_prices())
def test_two_prices_share_a_name_only_if_they_cost_the_same(one: TokenPrice, other: TokenPrice) -> None:
    assert (one.version == other.version) == (one == other)


def test_an_amount_written_with_more_zeros_is_the_same_price() -> None:
    assert a_price(output_usd_per_mtok=Decimal("0.60")).version == a_price(output_usd_per_mtok=Decimal("0.6")).version
    assert a_price(output_usd_per_mtok=Decimal(100)).version == a_price(output_usd_per_mtok=Decimal("1e2")).version


def test_what_is_free_has_a_name_of_the_same_form() -> None:
    assert FREE.version == "free@1970-01-01#6bc6d960"


@given(usage=usages(LARGE), price=token_prices(), raised=st.integers(1, 10**6))
def test_a_row_is_reckoned_again_from_its_fact_though_the_catalogue_changed(
    usage: TokenUsage, price: TokenPrice, raised: int
) -> None:
    model = a_model(prices=(price,))
    entry = a_usage_entry(usage=usage, cost_usd=cost_of(usage, price), price_version=price.version)
    edited = replace(price, input_usd_per_mtok=price.input_usd_per_mtok + raised)
    facts = {fact.price.version: fact for fact in (*price_facts([model]), *price_facts([a_model(prices=(edited,))]))}
    assert len(facts) == 2
    assert repriced(entry, facts[entry.price_version].price) == entry.cost_usd


def test_every_price_of_a_model_is_a_fact_and_the_price_of_a_free_one_is_nothing() -> None:
    old, new = a_price(), a_price(valid_from=MOMENT.date())
    free = a_model(model_id="local", free=True, prices=())
    assert price_facts([a_model(prices=(old, new)), free]) == (
        PriceFact(model_id="gpt-4o-mini", price=old),
        PriceFact(model_id="gpt-4o-mini", price=new),
        PriceFact(model_id="local", price=FREE),
    )


def test_a_row_from_before_prices_were_kept_names_every_fact_of_its_source_and_day() -> None:
    first, edited = a_price(), a_price(output_usd_per_mtok=Decimal("0.70"))
    facts = [PriceFact(model_id="gpt-4o-mini", price=price) for price in (first, edited)]
    usage = TokenUsage(input_tokens=10, output_tokens=10)
    old = a_usage_entry(price_version="genai-prices@2024-07-18", usage=usage, cost_usd=cost_of(usage, first))
    named = [fact for fact in facts if fact.names(old.price_version)]
    assert named == facts
    assert [fact.price for fact in named if repriced(old, fact.price) == old.cost_usd] == [first]
    assert not facts[0].names(edited.version)
