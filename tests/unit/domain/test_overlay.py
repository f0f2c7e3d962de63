from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from domain.budget import RuleSource
from domain.catalogue import FREE, ModelCatalogue, TokenPrice
from domain.governance import Governance
from domain.overlay import AppliedPrice, Overlay, overlaid, with_prices
from domain.policy import ServiceModelPolicy, ServicePolicies
from tests.builders import a_model, a_price, a_rule

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
FILES, ENVIRONMENTS = a_rule(name="팀"), a_rule(name="daily", source=RuleSource.ENVIRONMENT)
WRITTEN = Governance(
    catalogue=ModelCatalogue(version="2026-11-09", models=(a_model(), a_model(model_id="gpt-4o"))),
    policies=ServicePolicies(policies=(ServiceModelPolicy(service="chatops", defaults=("gpt-4o",)),)),
    budgets=(FILES, ENVIRONMENTS),
    version="abc",
)


def costing(dollars: str, valid_from: date = TUESDAY) -> TokenPrice:
    return a_price(valid_from=valid_from, source="list@2", input_usd_per_mtok=Decimal(dollars))


def taken(price: TokenPrice, *, replaces: TokenPrice | None = None, model_id: str = "gpt-4o-mini") -> AppliedPrice:
    return AppliedPrice(model_id=model_id, price=price, replaces=replaces)


def test_nothing_over_the_written_rules_leaves_them_as_they_are() -> None:
    assert overlaid(WRITTEN, Overlay()) == WRITTEN


def test_a_budget_set_at_run_time_stands_in_place_of_the_written_one_of_its_name() -> None:
    set_now = a_rule(name="팀", limit=Decimal(7), source=RuleSource.HTTP)
    new = a_rule(name="새 팀", source=RuleSource.HTTP)
    rules = overlaid(WRITTEN, Overlay(budgets=(new, set_now)))
    assert rules.budgets == (set_now, ENVIRONMENTS, new)
    assert rules.catalogue == WRITTEN.catalogue


def test_each_set_of_rules_has_a_version_of_its_own_that_every_process_gives_it() -> None:
    one = Overlay(budgets=(a_rule(name="팀", limit=Decimal(7)),))
    other = Overlay(budgets=(a_rule(name="팀", limit=Decimal(8)),))
    versions = [overlaid(WRITTEN, overlay).version for overlay in (Overlay(), one, other, one)]
    assert versions[1] == versions[3]
    assert len(set(versions)) == 3
    assert all(version.startswith("abc") for version in versions)
    assert overlaid(WRITTEN, Overlay(reviewed={"gpt-4o": MONDAY})).version == "abc"


def test_what_names_something_unknown_is_told_and_the_written_rule_is_in_force() -> None:
    unfit = a_rule(name="팀", model_id="gpt-4.1", service="chatop", source=RuleSource.HTTP)
    rules = overlaid(WRITTEN, Overlay(budgets=(unfit, a_rule(name="또", service="chatops"))))
    assert [rule.name for rule in rules.budgets] == ["팀", "daily", "또"]
    assert rules.budget("팀") == FILES
    assert [violation.field for violation in rules.unfit] == ["budgets['팀']", "budgets['팀']"]
    assert rules.unfit[0].message == (
        "service: no service 'chatop'; did you mean 'chatops'?; it is kept, and not in force"
    )


def test_a_price_that_was_taken_is_in_force_from_its_day_and_the_old_one_until_then() -> None:
    rules = overlaid(WRITTEN, Overlay(prices=(taken(costing("0.2")),)))
    model = rules.catalogue.get("gpt-4o-mini")
    assert model.price_at(AT) == costing("0.2")
    assert model.price_at(datetime(2026, 11, 23, 23, 59, tzinfo=UTC)) == a_price()
    assert rules.catalogue.get("gpt-4o") == WRITTEN.catalogue.get("gpt-4o")
    assert rules.catalogue.version.startswith("2026-11-09+")


def test_a_newer_written_price_counts_over_one_that_was_taken_before() -> None:
    model = a_model(prices=(a_price(), costing("0.3", TUESDAY)))
    assert with_prices(model, (taken(costing("0.2", MONDAY)),)).price_at(AT) == costing("0.3", TUESDAY)


def test_of_one_day_the_taken_price_counts_over_the_one_that_it_replaced() -> None:
    written = costing("0.3")
    model = a_model(prices=(a_price(), written))
    first = taken(costing("0.2"), replaces=written)
    second = taken(costing("0.25"), replaces=costing("0.2"))
    assert with_prices(model, (first,)).price_at(AT) == costing("0.2")
    assert with_prices(model, (first, second)).price_at(AT) == costing("0.25")


def test_of_one_day_a_price_that_was_written_since_counts_over_the_taken_one() -> None:
    corrected = a_model(prices=(a_price(), costing("0.3")))
    assert with_prices(corrected, (taken(costing("0.2")),)).price_at(AT) == costing("0.3")


def test_the_same_price_taken_by_two_processes_is_there_once() -> None:
    model = with_prices(a_model(), (taken(costing("0.2")), taken(costing("0.2"))))
    assert model.prices == (a_price(), costing("0.2"))


def test_a_model_that_is_declared_free_by_now_stays_free_and_one_that_is_gone_is_no_trouble() -> None:
    free = replace(
        WRITTEN, catalogue=ModelCatalogue(version="t", models=(a_model(prices=(), free=True),))
    )  # fmt: skip
    rules = overlaid(free, Overlay(prices=(taken(costing("0.2")), taken(costing("1"), model_id="gone"))))
    assert rules.catalogue.price_of("gpt-4o-mini", at=AT) is FREE
    assert rules.unfit == ()
