from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from adapters.files.configuration import load_configuration
from adapters.files.prices import PriceDifference, price_differences, price_source
from domain.catalogue import ModelCatalogue, ModelConfig
from tests.builders import a_model, a_price

AT = datetime(2026, 11, 20, tzinfo=UTC)
# None today. A price that differs on purpose is named here with its reason, by (model_id, bucket).
ALLOWED: dict[tuple[str, str], str] = {}


def differences(*models: ModelConfig) -> tuple[PriceDifference, ...]:
    return price_differences(ModelCatalogue(version="t", models=models), at=AT)


def test_the_shipped_prices_are_those_of_the_data_set() -> None:
    found = price_differences(load_configuration(None).catalogue, at=AT)
    assert {(difference.model_id, difference.bucket) for difference in found} == ALLOWED.keys()


def test_the_shipped_prices_name_the_data_set_they_come_from() -> None:
    sources = {price.source for model in load_configuration(None).catalogue for price in model.prices}
    assert sources == {price_source()}


def test_a_price_that_differs_is_shown_with_both_figures() -> None:
    model = a_model(prices=(a_price(output_usd_per_mtok=Decimal("0.61")),))
    assert differences(model) == (
        PriceDifference(
            model_id="gpt-4o-mini", bucket="output_usd_per_mtok", ours=Decimal("0.61"), theirs=Decimal("0.6")
        ),
    )


def test_a_bucket_that_only_one_states_is_a_difference() -> None:
    model = a_model(prices=(a_price(cached_input_usd_per_mtok=None, cache_write_usd_per_mtok=Decimal("0.2")),))
    assert [(d.bucket, d.ours, d.theirs) for d in differences(model)] == [
        ("cached_input_usd_per_mtok", None, Decimal("0.075")),
        ("cache_write_usd_per_mtok", Decimal("0.2"), None),
    ]


def test_a_model_the_data_set_does_not_know_differs_in_every_price() -> None:
    found = differences(a_model(model_id="우리-모델"), a_model(model_id="x", provider="vllm"))
    assert [(d.model_id, d.theirs) for d in found] == [("우리-모델", None)] * 3 + [("x", None)] * 3


def test_free_models_are_left_out() -> None:
    assert differences(a_model(model_id="local", prices=(), free=True)) == ()


def test_a_dearer_price_for_long_prompts_is_shown_where_the_context_window_lets_them_through() -> None:
    shipped = load_configuration(None).catalogue.get("gpt-6-luna")
    assert differences(shipped) == ()
    found = differences(replace(shipped, context_window=1_050_000))
    assert {difference.above_tokens for difference in found} == {272_000}
    assert [difference.theirs for difference in found] == [
        Decimal("0.2"), Decimal("0.02"), Decimal("0.25"), Decimal("0.75"),
    ]  # fmt: skip
