from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from adapters.files.configuration import load_configuration
from adapters.files.prices import GenaiPrices
from domain.catalogue import ModelCapability, ModelConfig
from domain.price_review import PriceReview, Quotation, reviewed
from tests.builders import a_model, a_price

AT = datetime(2026, 11, 20, tzinfo=UTC)
GENAI = GenaiPrices()
# None today. A price that differs on purpose is named here with its reason, by (model_id, bucket).
ALLOWED: dict[tuple[str, str], str] = {}


def quoted(model: ModelConfig, at: datetime = AT) -> Quotation | None:
    return GENAI.quotations([model], at=at).get(model.model_id)


def review(*models: ModelConfig) -> PriceReview:
    return reviewed(models, GENAI.quotations(models, at=AT), source=GENAI.source)


def test_the_shipped_prices_are_those_of_the_data_set() -> None:
    found = review(*load_configuration(None).catalogue)
    assert {(change.model_id, change.bucket) for change in found.changes} == ALLOWED.keys()
    assert (found.unknown, found.unusable) == ((), {})


def test_the_shipped_prices_name_the_data_set_they_come_from() -> None:
    sources = {price.source for model in load_configuration(None).catalogue for price in model.prices}
    assert sources == {GENAI.source}


def test_a_price_that_differs_is_shown_with_both_figures() -> None:
    [change] = review(a_model(prices=(a_price(output_usd_per_mtok=Decimal("0.61")),))).changes
    assert (change.bucket, change.current, change.new) == ("output_usd_per_mtok", Decimal("0.61"), Decimal("0.6"))


def test_a_bucket_that_only_one_states_is_a_difference() -> None:
    model = a_model(prices=(a_price(cached_input_usd_per_mtok=None, cache_write_usd_per_mtok=Decimal("0.2")),))
    assert [(change.bucket, change.current, change.new) for change in review(model).changes] == [
        ("cached_input_usd_per_mtok", None, Decimal("0.075")),
        ("cache_write_usd_per_mtok", Decimal("0.2"), None),
    ]


@pytest.mark.parametrize("provider", ["openai", "vllm", "우리"])
def test_a_model_or_provider_that_it_does_not_know_is_left_out(provider: str) -> None:
    assert quoted(a_model(model_id="our-model-7", provider=provider)) is None


def test_a_price_that_is_announced_follows_the_one_in_force_on_its_own_day() -> None:
    model = a_model(model_id="gemini-3.6-flash", provider="google")
    quotation = quoted(model)
    assert quotation is not None
    today, announced = quotation.prices
    assert (today.valid_from, announced.valid_from) == (date(2026, 11, 20), date(2027, 1, 1))
    assert dict(today.buckets()) != dict(announced.buckets())
    after = quoted(model, datetime(2027, 1, 1, tzinfo=UTC))
    assert after == Quotation(prices=(announced,))


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (a_model(model_id="deepseek-chat", provider="deepseek"), "its price depends on the time of day"),
        (a_model(model_id="text-embedding-3-small"), "it states no price of what the model writes"),
        (
            replace(load_configuration(None).catalogue.get("gpt-6-luna"), context_window=1_050_000),
            "prompts above 272000 tokens have another price, and the context window lets them through",
        ),
    ],
)
def test_a_price_that_the_catalogue_could_not_state_is_told_with_the_reason(model: ModelConfig, why: str) -> None:
    assert quoted(model) == Quotation(unusable=why)


def test_a_dearer_price_for_long_prompts_does_not_matter_where_none_fits() -> None:
    quotation = quoted(load_configuration(None).catalogue.get("gpt-6-luna"))
    assert quotation is not None
    assert [dict(price.buckets())["input_usd_per_mtok"] for price in quotation.prices] == [Decimal("0.1")]


def test_an_embedding_model_has_no_price_of_what_it_writes() -> None:
    model = a_model(model_id="text-embedding-3-small", capabilities=frozenset({ModelCapability.EMBEDDING}))
    quotation = quoted(model)
    assert quotation is not None
    assert [name for name, _ in quotation.prices[0].buckets()] == ["input_usd_per_mtok"]
