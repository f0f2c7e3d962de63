from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domain.catalogue import FREE, ModelCapability, ModelCatalogue, ModelTier, TokenPrice
from domain.errors import ConfigurationError, UnknownModel, UnpricedModel
from tests.builders import MOMENT, a_model, a_price

OLD = a_price(valid_from=date(2024, 7, 18))
NEW = a_price(valid_from=date(2026, 11, 20), input_usd_per_mtok=Decimal("0.10"))
CATALOGUE = ModelCatalogue(
    version="2026-11-20",
    models=(
        a_model(),
        a_model(model_id="gpt-4o", tier=ModelTier.STANDARD),
        a_model(model_id="e5", capabilities=frozenset({ModelCapability.EMBEDDING}), free=True, prices=()),
    ),
)


@pytest.mark.parametrize("price", ["-0.01", "NaN", "Infinity", "0.0000001"])
def test_a_price_that_cannot_be_counted_in_is_refused_by_name(price: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        a_price(cached_input_usd_per_mtok=Decimal(price))
    assert [violation.field for violation in refusal.value.violations] == ["cached_input_usd_per_mtok"]


@pytest.mark.parametrize("price", ["0", "0.000001", "150", "1E+2", "0.10"])
def test_a_price_with_up_to_six_decimals_is_taken(price: str) -> None:
    assert a_price(input_usd_per_mtok=Decimal(price)).input_usd_per_mtok == Decimal(price)


def test_a_price_names_its_source_and_its_day() -> None:
    assert OLD.version == "genai-prices@2024-07-18#207f734d"
    assert OLD.dated == "genai-prices@2024-07-18"


def test_only_prices_that_are_stated_are_listed() -> None:
    price = a_price(output_usd_per_mtok=None, cached_input_usd_per_mtok=Decimal(0))
    assert dict(price.buckets()) == {"input_usd_per_mtok": Decimal("0.15"), "cached_input_usd_per_mtok": Decimal(0)}


@pytest.mark.parametrize("prices", [(OLD, NEW), (NEW, OLD)])
def test_the_latest_price_in_force_counts_from_its_day_on(prices: tuple[TokenPrice, ...]) -> None:
    model = a_model(prices=prices)
    assert model.price_at(datetime(2026, 11, 19, 23, 59, 59, tzinfo=UTC)) is OLD
    assert model.price_at(datetime(2026, 11, 20, tzinfo=UTC)) is NEW


def test_a_model_without_a_price_in_force_is_refused() -> None:
    for model in (a_model(prices=()), a_model(prices=(a_price(valid_from=date(2030, 1, 1)),))):
        with pytest.raises(UnpricedModel):
            model.price_at(MOMENT)


def test_a_model_that_is_declared_free_costs_nothing_at_any_time() -> None:
    assert CATALOGUE.price_of("e5", at=datetime(1999, 1, 1, tzinfo=UTC)) is FREE


def test_an_unknown_model_is_refused_by_name() -> None:
    for ask in (CATALOGUE.get, lambda model_id: CATALOGUE.price_of(model_id, at=MOMENT)):
        with pytest.raises(UnknownModel) as refusal:
            ask("gpt-9")
        assert refusal.value.facts["model_id"] == "gpt-9"


@pytest.mark.parametrize(
    ("tier", "capability", "names"),
    [
        (None, None, ["gpt-4o-mini", "gpt-4o", "e5"]),
        (ModelTier.MINI, None, ["gpt-4o-mini", "e5"]),
        (None, ModelCapability.EMBEDDING, ["e5"]),
        (ModelTier.STANDARD, ModelCapability.CHAT, ["gpt-4o"]),
        (ModelTier.PREMIUM, None, []),
    ],
)
def test_models_are_selected_by_tier_and_capability_in_order(
    tier: ModelTier | None, capability: ModelCapability | None, names: list[str]
) -> None:
    assert [model.model_id for model in CATALOGUE.select(tier=tier, capability=capability)] == names


def test_a_model_without_a_list_of_languages_speaks_all() -> None:
    assert a_model().speaks("ko")
    assert not a_model(languages=("en",)).speaks("ko")
