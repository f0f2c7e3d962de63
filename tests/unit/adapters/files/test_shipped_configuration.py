from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.files.configuration import SERVICES, Configuration, load_configuration
from domain.budget import WARN_AT
from domain.catalogue import FREE, ModelCapability, ModelTier, SystemRole
from domain.retention import Retention

LAST_DAY_OF_THE_PLAN = datetime(2026, 11, 20, tzinfo=UTC)
MOST_USD_PER_MTOK_WRITTEN = {ModelTier.MINI: 2, ModelTier.STANDARD: 15, ModelTier.ADVANCED: 30}


@pytest.fixture(scope="module")
def shipped() -> Configuration:
    return load_configuration(None)


def test_the_catalogue_is_named_after_the_day_of_its_price_data(shipped: Configuration) -> None:
    assert date.fromisoformat(shipped.catalogue.version) <= date(2026, 11, 22)


@pytest.mark.parametrize(
    ("model_id", "tier", "supports_rag"),
    [
        ("gpt-4o-mini", ModelTier.MINI, True),
        ("gpt-4o", ModelTier.STANDARD, True),
        ("gpt-4-turbo", ModelTier.ADVANCED, False),
        ("o1-preview", ModelTier.PREMIUM, False),
    ],
)
def test_the_models_of_the_plan_have_its_tiers_and_retrieval(
    shipped: Configuration, model_id: str, tier: ModelTier, supports_rag: bool  # noqa: FBT001  # a column of the table
) -> None:  # fmt: skip
    model = shipped.catalogue.get(model_id)
    assert (model.tier, model.supports_rag) == (tier, supports_rag)


def test_a_tier_is_a_band_of_prices(shipped: Configuration) -> None:
    for model in shipped.catalogue.select(capability=ModelCapability.CHAT):
        written = model.price_at(LAST_DAY_OF_THE_PLAN).output_usd_per_mtok
        assert written is not None
        fitting = [tier for tier, most in MOST_USD_PER_MTOK_WRITTEN.items() if written <= most]
        assert model.tier is (fitting[0] if fitting else ModelTier.PREMIUM)


def test_o1_preview_takes_neither_instructions_nor_temperature_nor_a_schema(shipped: Configuration) -> None:
    model = shipped.catalogue.get("o1-preview")
    assert model.system_role is SystemRole.NONE
    assert not model.takes_temperature
    assert not model.can(ModelCapability.JSON_SCHEMA)


def test_every_model_that_designs_strategies_follows_a_schema(shipped: Configuration) -> None:
    designers = list(shipped.catalogue.select(capability=ModelCapability.STRATEGY_DESIGN))
    assert designers
    assert all(model.can(ModelCapability.JSON_SCHEMA) for model in designers)


def test_the_local_models_are_free_and_say_what_they_cannot_do(shipped: Configuration) -> None:
    local = shipped.catalogue.get("smollm2-135m-instruct")
    assert local.price_at(LAST_DAY_OF_THE_PLAN) is FREE
    assert local.capabilities == {ModelCapability.CHAT, ModelCapability.JSON_SCHEMA}
    assert local.languages == ("en",)
    assert not local.speaks("ko")


def test_every_service_has_a_policy_whose_defaults_serve_without_a_key_too(shipped: Configuration) -> None:
    for service in SERVICES:
        policy = shipped.policies.of(service)
        with_key = policy.choose(None, catalogue=shipped.catalogue, providers={"openai", "llama_cpp", "e5"})
        without = policy.choose(None, catalogue=shipped.catalogue, providers={"llama_cpp", "e5"})
        assert (with_key.provider, without.free) == ("openai", True)


def test_the_memory_falls_back_to_hashed_words_in_tests(shipped: Configuration) -> None:
    policy = shipped.policies.of("memory")
    assert policy.choose(None, catalogue=shipped.catalogue, providers={"memory"}).model_id == "hashed-words"


def test_the_shipped_budget_counts_each_user_apart(shipped: Configuration) -> None:
    (rule,) = shipped.budgets
    assert (rule.each_user, rule.limit) == (True, Decimal(50))


def test_the_rules_shown_in_the_comments_can_be_used_as_they_stand(tmp_path: Path) -> None:
    text = Path(__file__).parents[4].joinpath("adapters/files/default.yaml").read_text(encoding="utf-8")
    _, _, rules = text.partition("# Each rule by its name")
    shown = [line[2:] for line in rules.splitlines() if line.startswith("#   ")]
    (tmp_path / "shown.yaml").write_text(text + "\n".join(shown) + "\n", encoding="utf-8")
    names = [rule.name for rule in load_configuration(tmp_path / "shown.yaml").budgets]
    assert names == ["each_user_monthly", "team_reports", "night_batch"]


def test_the_rate_limits_shown_in_the_comments_can_be_used_as_they_stand(tmp_path: Path) -> None:
    text = Path(__file__).parents[4].joinpath("adapters/files/default.yaml").read_text(encoding="utf-8")
    before, _, after = text.partition("rate_limits: {}\n")
    _, _, comment = before.partition("# How much may be asked in a minute")
    shown = [line[2:] for line in comment.splitlines() if line.startswith("#   ")]
    (tmp_path / "shown.yaml").write_text("\n".join([before, "rate_limits:", *shown, after]), encoding="utf-8")
    upstream, chat = load_configuration(tmp_path / "shown.yaml").rate_limits
    assert (upstream.each, upstream.model_id, upstream.tokens_per_minute) == (None, "gpt-4o", 800_000)
    assert (chat.each, chat.service, chat.requests_per_minute, chat.concurrent) == ("key", "chatops", 60, 4)


def test_nothing_is_limited_by_the_shipped_configuration(shipped: Configuration) -> None:
    assert shipped.rate_limits == ()


def test_prices_are_read_exactly_as_written_quoted_or_not(tmp_path: Path) -> None:
    text = Path(__file__).parents[4].joinpath("adapters/files/default.yaml").read_text(encoding="utf-8")
    bare = text.replace('"0.15"', "0.15").replace('"0.075"', "0.075000")
    (tmp_path / "bare.yaml").write_text(bare, encoding="utf-8")
    price = load_configuration(tmp_path / "bare.yaml").catalogue.price_of("gpt-4o-mini", at=LAST_DAY_OF_THE_PLAN)
    assert (price.input_usd_per_mtok, str(price.cached_input_usd_per_mtok)) == (Decimal("0.15"), "0.075000")


def test_prompts_and_answers_are_not_stored(shipped: Configuration) -> None:
    assert shipped.retention == Retention(store_bodies=False, bodies_days=30)


def test_a_rule_warns_at_the_shares_it_names_at_none_where_the_list_is_empty_and_else_as_every_rule(
    tmp_path: Path,
) -> None:
    text = Path(__file__).parents[4].joinpath("adapters/files/default.yaml").read_text(encoding="utf-8")
    rule = '  {name}: {{unit: usd, limit: "1", period: day{more}}}\n'
    named = {"넓게": ", warn_at: [0.9, '0.5']", "조용히": ", warn_at: []", "그냥": ""}
    budgets = "".join(rule.format(name=name, more=more) for name, more in named.items())
    (tmp_path / "q.yaml").write_text(text.rstrip() + "\n" + budgets, encoding="utf-8")
    shares = {rule.name: rule.warn_at for rule in load_configuration(tmp_path / "q.yaml").budgets}
    assert shares["넓게"] == (Decimal("0.5"), Decimal("0.9"))
    assert (shares["조용히"], shares["그냥"]) == ((), WARN_AT)
