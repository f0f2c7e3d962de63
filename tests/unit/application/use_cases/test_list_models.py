from dataclasses import replace

import pytest

from application.use_cases.list_models import ListModels
from domain.catalogue import ModelCapability, ModelTier
from domain.errors import UnknownService
from tests.unit.application.services import Service, a_service


def models(service: Service) -> ListModels:
    return ListModels(
        governance=service.governance,
        clock=service.clock,
        chat_providers=service.chat.keys(),
        embedding_providers=service.embedders.keys(),
    )


def ids_of(service: Service, *, tier: ModelTier | None = None, capability: ModelCapability | None = None) -> list[str]:
    return [listed.model.model_id for listed in models(service)(tier=tier, capability=capability)]


def test_the_catalogue_is_listed_by_tier_and_capability() -> None:
    service = a_service()
    assert len(ids_of(service)) == 5
    assert ids_of(service, tier=ModelTier.PREMIUM) == ["o1-preview"]
    assert ids_of(service, capability=ModelCapability.EMBEDDING) == ["hashed-words"]
    assert models(service).version() == "test"


def test_a_model_is_available_where_its_provider_is_configured() -> None:
    available = {listed.model.model_id: listed.available for listed in models(a_service(provider="local"))()}
    assert available == {
        "gpt-4o-mini": False,
        "gpt-4o": False,
        "o1-preview": False,
        "small-writer": True,
        "hashed-words": True,
    }


def test_a_model_without_a_price_is_listed_without_one() -> None:
    service = a_service()
    rules = service.governance.current()
    unpriced = tuple(replace(m, prices=()) if m.model_id == "gpt-4o" else m for m in rules.catalogue)
    service.governance.replace(replace(rules, catalogue=replace(rules.catalogue, models=unpriced)))
    prices = {listed.model.model_id: listed.price for listed in models(service)()}
    assert prices["gpt-4o"] is None
    assert prices["gpt-4o-mini"] is not None


def test_a_service_names_the_model_that_serves_it_now() -> None:
    assert models(a_service()).of_service("strategy_builder").default_model == "gpt-4o-mini"
    assert models(a_service(provider="local")).of_service("strategy_builder").default_model == "small-writer"
    assert models(a_service(provider="nobody")).of_service("strategy_builder").default_model is None
    assert models(a_service()).of_service("memory").default_model == "hashed-words"


def test_a_service_lists_what_its_policy_allows_and_nothing_else() -> None:
    allowed = [m.model.model_id for m in models(a_service()).of_service("strategy_builder").models]
    assert allowed == ["gpt-4o-mini", "gpt-4o", "small-writer"]
    with pytest.raises(UnknownService):
        models(a_service()).of_service("astrology")
