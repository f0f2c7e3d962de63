from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.budget import WARN_AT, BudgetPeriod, BudgetUnit, RuleSource
from domain.budget_order import BudgetOrder, unknown_names
from domain.errors import Violation
from tests.builders import a_rule

MODELS, SERVICES = ("gpt-4o", "gpt-4o-mini"), ("chatops", "memory")
ORDER = BudgetOrder(name="팀/한도", unit=BudgetUnit.USD, limit="20.5", period=BudgetPeriod.WEEK)


def wrong(**changes: object) -> list[Violation]:
    changed = replace(ORDER, **changes)  # type: ignore[arg-type]  # members of an order
    return list(changed.violations(models=MODELS, services=SERVICES))


def fields(violations: Iterable[Violation]) -> list[str]:
    return [violation.field for violation in violations]


def test_an_order_becomes_the_rule_that_it_names() -> None:
    whole = replace(
        ORDER,
        timezone="Asia/Seoul",
        user_id="민지",
        service="chatops",
        model_id="gpt-4o",
        warn_at=("0.9", "0.5", "0.50"),
    )
    assert list(whole.violations(models=MODELS, services=SERVICES)) == []
    assert whole.rule(RuleSource.HTTP) == a_rule(
        name="팀/한도",
        limit=Decimal("20.5"),
        period=BudgetPeriod.WEEK,
        timezone="Asia/Seoul",
        user_id="민지",
        service="chatops",
        model_id="gpt-4o",
        warn_at=(Decimal("0.5"), Decimal("0.9")),
        source=RuleSource.HTTP,
    )


def test_without_shares_of_its_own_a_rule_warns_at_those_of_every_rule() -> None:
    assert ORDER.rule(RuleSource.FILE).warn_at == WARN_AT
    assert replace(ORDER, warn_at=()).rule(RuleSource.FILE).warn_at == ()


@pytest.mark.parametrize("name", ["팀", "팀/하위 팀", "daily_tokens_gpt-4o", "a", "-", "모델:7b@x+y", "x" * 250])
def test_names_that_people_give_are_taken(name: str) -> None:
    assert wrong(name=name) == []


@pytest.mark.parametrize("name", ["", " 팀", "/", "팀\n", "팀\0", "😀", "a\ud800", "x" * 251, "..", "팀;"])
def test_other_names_are_refused(name: str) -> None:
    assert fields(wrong(name=name)) == ["rule"]


@pytest.mark.parametrize("limit", ["1", "0.15", "0.000000000001", "9000000", "5_000", "+3", "20.50"])
def test_limits_in_dollars_are_positive_and_exact(limit: str) -> None:
    assert wrong(limit=limit) == []


@pytest.mark.parametrize(
    "limit",
    [
        "", "0", "0.0", "-1", "1e3", "NaN", "Infinity", "much", "１", "0.0000000000001", "9000000.01", "1,000", "1.",
        "9" * 5_000,
    ],
)  # fmt: skip
def test_other_limits_are_refused(limit: str) -> None:
    assert fields(wrong(limit=limit)) == ["limit"]


@pytest.mark.parametrize(
    ("limit", "right"), [("5000000", True), ("5.0", True), ("0.5", False), ("1000000000000001", False)]
)
def test_tokens_are_whole(limit: str, right: bool) -> None:  # noqa: FBT001  # a column of the table
    assert (wrong(unit=BudgetUnit.TOKENS, limit=limit) == []) is right


@given(limit=st.decimals(min_value=Decimal("1e-12"), max_value=Decimal(9_000_000), places=12))
def test_every_limit_that_a_counter_can_hold_is_taken_as_it_is(limit: Decimal) -> None:
    order = replace(ORDER, limit=f"{limit:f}")
    assert list(order.violations(models=MODELS, services=SERVICES)) == []
    assert order.rule(RuleSource.HTTP).limit == limit


@given(text=st.text())
def test_no_limit_whatever_is_a_surprise(text: str) -> None:
    order = replace(ORDER, limit=text)
    if not list(order.violations(models=MODELS, services=SERVICES)):
        assert order.rule(RuleSource.HTTP).limit > 0


@pytest.mark.parametrize("share", ["0", "1.01", "-0.5", "80%", "NaN", "1e-07"])
def test_a_share_is_above_0_and_up_to_1(share: str) -> None:
    assert fields(wrong(warn_at=("0.5", share))) == ["warn_at[1]"]
    assert wrong(warn_at=("0.5", "1")) == []


def test_there_are_at_most_ten_shares() -> None:
    assert fields(wrong(warn_at=("0.5",) * 11)) == ["warn_at"]


def test_everything_that_is_wrong_is_named_at_once_with_what_was_meant() -> None:
    found = wrong(
        limit="0", timezone="Asia/Seol", user_id="", each_user=True, service="chatop", model_id="gpt4o", warn_at=("2",)
    )
    assert fields(found) == ["limit", "warn_at[0]", "timezone", "user_id", "each_user", "service", "model_id"]
    said = {violation.field: violation.message for violation in found}
    assert said["timezone"] == "no time zone 'Asia/Seol'; did you mean 'Asia/Seoul'?"
    assert said["model_id"] == "no model 'gpt4o'; did you mean 'gpt-4o'?"


def test_what_a_caller_sent_is_shown_only_in_part() -> None:
    found = wrong(name="!" * 10_000, limit="9" * 10_000, timezone="x" * 10_000, service="y" * 10_000)
    assert max(len(violation.message) for violation in found) < 250


def test_a_rule_that_was_right_is_not_where_its_names_are_gone() -> None:
    rule = a_rule(service="chatops", model_id="gpt-4o")
    assert list(unknown_names(rule, models=MODELS, services=SERVICES)) == []
    assert fields(unknown_names(rule, models=(), services=())) == ["service", "model_id"]
