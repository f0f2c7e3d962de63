import pytest

from domain.catalogue import ModelCapability, ModelCatalogue, ModelTier
from domain.errors import ModelNotAllowed, ModelUnavailable, RetrievalNotSupported, UnknownModel, UnknownService
from domain.policy import ServiceModelPolicy, ServicePolicies
from tests.builders import a_model

CATALOGUE = ModelCatalogue(
    version="1",
    models=(
        a_model(),
        a_model(model_id="gpt-4o", tier=ModelTier.STANDARD),
        a_model(model_id="o1-preview", tier=ModelTier.PREMIUM, supports_rag=False),
        a_model(model_id="smollm2", provider="local", supports_rag=False),
        a_model(model_id="e5", provider="local", capabilities=frozenset({ModelCapability.EMBEDDING})),
    ),
)
POLICY = ServiceModelPolicy(
    service="strategy_builder",
    defaults=("gpt-4o-mini", "smollm2"),
    tiers=frozenset({ModelTier.MINI}),
    models=frozenset({"o1-preview"}),
)
EVERYWHERE = ("openai", "local")


def chosen(model_id: str | None, *providers: str, retrieval: bool = False) -> str:
    among = providers or EVERYWHERE
    return POLICY.choose(model_id, catalogue=CATALOGUE, providers=among, retrieval=retrieval).model_id


def test_a_policy_allows_its_tiers_and_the_models_it_names_in_the_catalogues_order() -> None:
    assert [model.model_id for model in POLICY.allowed(CATALOGUE)] == ["gpt-4o-mini", "o1-preview", "smollm2"]


def test_the_model_asked_for_serves() -> None:
    assert chosen("o1-preview") == "o1-preview"


def test_a_model_outside_of_the_policy_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(ModelNotAllowed) as refusal:
        chosen("gpt-4o")
    assert refusal.value.facts["allowed"] == ("gpt-4o-mini", "o1-preview", "smollm2")
    assert "standard" in refusal.value.detail


def test_a_model_that_lacks_the_capability_is_refused_whatever_its_tier() -> None:
    with pytest.raises(ModelNotAllowed, match="capability chat"):
        chosen("e5")


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(UnknownModel):
        chosen("gpt-9")


def test_retrieval_is_refused_for_a_model_that_does_not_support_it() -> None:
    with pytest.raises(RetrievalNotSupported):
        chosen("o1-preview", retrieval=True)


def test_a_model_of_a_provider_that_is_not_configured_is_unavailable() -> None:
    with pytest.raises(ModelUnavailable) as refusal:
        chosen("gpt-4o-mini", "local")
    assert refusal.value.facts["model_id"] == "gpt-4o-mini"


@pytest.mark.parametrize(
    ("providers", "default"),
    [(("openai", "local"), "gpt-4o-mini"), (("local",), "smollm2"), (("openai",), "gpt-4o-mini")],
)
def test_the_first_default_that_is_configured_serves(providers: tuple[str, ...], default: str) -> None:
    assert chosen(None, *providers) == default


def test_a_default_without_retrieval_does_not_serve_where_it_is_wanted() -> None:
    assert chosen(None, retrieval=True) == "gpt-4o-mini"
    with pytest.raises(ModelUnavailable, match="supports retrieval"):
        chosen(None, "local", retrieval=True)


def test_no_configured_default_names_those_that_were_tried() -> None:
    with pytest.raises(ModelUnavailable, match="gpt-4o-mini, smollm2"):
        chosen(None, "elsewhere")


def test_a_policy_is_found_by_its_service() -> None:
    assert ServicePolicies(policies=(POLICY,)).of("strategy_builder") is POLICY


def test_an_unknown_service_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UnknownService) as refusal:
        ServicePolicies(policies=(POLICY,)).of("horoscope")
    assert refusal.value.facts["known"] == ("strategy_builder",)
