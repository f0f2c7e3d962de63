from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.budget import BudgetCounter, BudgetPeriod, BudgetUnit, Hold
from domain.errors import BudgetExhausted
from domain.usage import TokenUsage
from tests.arbitrary import usages
from tests.builders import MOMENT, a_rule, later

ZONES = (
    "UTC",
    "Asia/Seoul",
    "America/New_York",
    "America/Havana",
    "Asia/Beirut",
    "Pacific/Apia",
    "Australia/Lord_Howe",
)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1), timezones=st.sampled_from(ZONES).map(ZoneInfo))  # noqa: DTZ001  # the zone is drawn apart
amounts = st.integers(0, 10**12).map(lambda pico: Decimal(pico).scaleb(-12))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # year, month, day and maybe a time


def a_counter(*, limit: str = "1", spent: str = "0", held: str = "0") -> BudgetCounter:
    rule = a_rule(limit=Decimal(limit))
    return BudgetCounter(rule=rule, window=rule.window(MOMENT), spent=Decimal(spent), held=Decimal(held))


def of(amount: Decimal | str) -> Hold:
    rule = a_rule()
    return Hold(rule=rule, window=rule.window(MOMENT), subject="", amount=Decimal(amount))


@pytest.mark.parametrize(
    ("zone", "period", "at", "expected"),
    [
        ("UTC", "day", utc(2026, 11, 20, 9), (utc(2026, 11, 20), utc(2026, 11, 21))),
        ("UTC", "day", utc(2024, 2, 29, 23, 59), (utc(2024, 2, 29), utc(2024, 3, 1))),
        ("UTC", "week", utc(2026, 11, 22, 23, 59), (utc(2026, 11, 16), utc(2026, 11, 23))),
        ("UTC", "week", utc(2026, 11, 23), (utc(2026, 11, 23), utc(2026, 11, 30))),
        ("UTC", "week", utc(2027, 1, 1), (utc(2026, 12, 28), utc(2027, 1, 4))),
        ("UTC", "month", utc(2026, 1, 31), (utc(2026, 1, 1), utc(2026, 2, 1))),
        ("UTC", "month", utc(2024, 2, 29), (utc(2024, 2, 1), utc(2024, 3, 1))),
        ("UTC", "month", utc(2026, 12, 31, 23), (utc(2026, 12, 1), utc(2027, 1, 1))),
        ("Asia/Seoul", "day", utc(2026, 11, 20, 14, 59), (utc(2026, 11, 19, 15), utc(2026, 11, 20, 15))),
        ("Asia/Seoul", "month", utc(2026, 10, 31, 15), (utc(2026, 10, 31, 15), utc(2026, 11, 30, 15))),
        ("America/New_York", "day", utc(2026, 3, 8, 12), (utc(2026, 3, 8, 5), utc(2026, 3, 9, 4))),
        ("America/New_York", "day", utc(2026, 11, 1, 12), (utc(2026, 11, 1, 4), utc(2026, 11, 2, 5))),
        ("America/New_York", "month", utc(2026, 11, 15), (utc(2026, 11, 1, 4), utc(2026, 12, 1, 5))),
    ],
)
def test_a_window_is_a_calendar_day_week_or_month_of_its_zone(
    zone: str, period: str, at: datetime, expected: tuple[datetime, datetime]
) -> None:
    window = a_rule(timezone=zone, period=BudgetPeriod(period)).window(at)
    assert (window.starts_at, window.ends_at) == expected


def test_a_moment_that_no_clock_ever_showed_lies_in_its_window() -> None:
    havana = ZoneInfo("America/Havana")
    at = datetime(2004, 3, 28, 0, 30, tzinfo=havana, fold=1)
    window = a_rule(timezone="America/Havana", period=BudgetPeriod.DAY).window(at)
    assert window.starts_at <= at.astimezone(UTC) < window.ends_at


@given(at=moments, zone=st.sampled_from(ZONES), period=st.sampled_from(BudgetPeriod))
def test_a_moment_lies_in_its_window_and_windows_join(at: datetime, zone: str, period: BudgetPeriod) -> None:
    rule = a_rule(timezone=zone, period=period)
    window = rule.window(at)
    assert window.starts_at <= at.astimezone(UTC) < window.ends_at
    assert rule.window(window.starts_at) == window
    assert rule.window(window.ends_at).starts_at == window.ends_at
    assert rule.window(window.ends_at - timedelta(microseconds=1)) == window


@given(at=moments)
def test_a_moment_has_one_window_in_whatever_zone_it_is_written(at: datetime) -> None:
    rule = a_rule(timezone="America/New_York")
    assert rule.window(at) == rule.window(at.astimezone(UTC)) == rule.window(at.astimezone(ZoneInfo("Asia/Seoul")))


def test_windows_are_in_utc() -> None:
    window = a_rule(timezone="Asia/Seoul").window(MOMENT)
    assert (window.starts_at.tzinfo, window.ends_at.tzinfo) == (UTC, UTC)


@pytest.mark.parametrize(
    ("member", "covered", "not_covered"),
    [("user_id", "mina", "준"), ("service", "chatops", "memory"), ("model_id", "gpt-4o", "gpt-4o-mini")],
)
def test_a_rule_covers_what_each_of_its_members_allows(member: str, covered: str, not_covered: str) -> None:
    call = {"user_id": "mina", "service": "chatops", "model_id": "gpt-4o"}
    assert a_rule().covers(**call)
    assert a_rule(**{member: covered}).covers(**call)  # type: ignore[arg-type]  # each of the three is a text
    assert not a_rule(**{member: not_covered}).covers(**call)  # type: ignore[arg-type]  # the same


@pytest.mark.parametrize(("unit", "amount"), [(BudgetUnit.USD, Decimal("0.5")), (BudgetUnit.TOKENS, Decimal(150))])
def test_a_hold_counts_in_the_unit_of_its_rule(unit: BudgetUnit, amount: Decimal) -> None:
    usage = TokenUsage(input_tokens=100, cached_input_tokens=90, output_tokens=50, reasoning_tokens=40)
    hold = a_rule(unit=unit).hold(user_id="mina", at=MOMENT, usage=usage, cost_usd=Decimal("0.5"))
    assert hold.amount == amount


@pytest.mark.parametrize(("each_user", "subject"), [(True, "mina"), (False, "")])
def test_a_hold_is_on_the_user_only_where_each_has_a_counter(each_user: bool, subject: str) -> None:  # noqa: FBT001  # pytest passes by name
    hold = a_rule(each_user=each_user).hold(user_id="mina", at=later(1), usage=TokenUsage(), cost_usd=Decimal(1))
    assert (hold.subject, hold.window) == (subject, a_rule().window(MOMENT))


def test_a_hold_that_fits_to_the_last_digit_is_taken() -> None:
    full = a_counter(spent="0.3", held="0.2").reserve(of("0.5"))
    assert (full.held, full.left) == (Decimal("0.7"), Decimal(0))


def test_a_hold_that_does_not_fit_says_what_is_left_and_when_it_resets() -> None:
    with pytest.raises(BudgetExhausted) as refusal:
        a_counter(spent="0.3", held="0.2").reserve(of("0.500000000001"))
    facts = refusal.value.facts
    assert (facts["left"], facts["needed"]) == (Decimal("0.5"), Decimal("0.500000000001"))
    assert facts["resets_at"] == refusal.value.resets_at == utc(2026, 11, 21)


def test_what_costs_nothing_fits_into_a_budget_that_is_overdrawn() -> None:
    overdrawn = a_counter(spent="3")
    assert overdrawn.reserve(of("0")) == overdrawn


def test_what_is_left_is_never_negative() -> None:
    assert a_counter(spent="0.9", held="5").left == 0


@given(held=amounts, spent=amounts)
def test_settling_undoes_the_hold_and_adds_what_was_spent(held: Decimal, spent: Decimal) -> None:
    before = a_counter(limit="100", spent="0.25", held="0.125")
    after = before.reserve(of(held)).settle(of(held), spent=spent)
    assert (after.held, after.spent) == (before.held, before.spent + spent)


@given(wanted=st.lists(amounts, max_size=20))
def test_holds_never_pass_the_limit(wanted: list[Decimal]) -> None:
    counter = a_counter()
    for amount in wanted:
        try:
            counter = counter.reserve(of(amount))
        except BudgetExhausted:
            assert amount > counter.left
        assert counter.held <= counter.rule.limit


@given(usage=usages(), cost=amounts)
def test_a_tokens_rule_counts_each_token_once(usage: TokenUsage, cost: Decimal) -> None:
    amount = a_rule(unit=BudgetUnit.TOKENS).amount(usage=usage, cost_usd=cost)
    assert amount == usage.input_tokens + usage.output_tokens


def test_a_rule_that_covers_something_else_counts_under_another_name() -> None:
    rules = [
        a_rule(name="한도"),
        a_rule(name="한도", user_id="갑"),
        a_rule(name="한도", user_id="을"),
        a_rule(name="한도", service="chatops"),
        a_rule(name="한도", model_id="gpt-4o"),
    ]
    names = [rule.counted_as for rule in rules]
    assert names == ["한도", "한도 (user 갑)", "한도 (user 을)", "한도 (service chatops)", "한도 (model gpt-4o)"]


def test_a_refusal_says_what_is_spent_and_what_is_held() -> None:
    with pytest.raises(BudgetExhausted, match=r"\(0\.25 spent, 0\.5 held for calls under way\)") as refused:
        a_counter(spent="0.25", held="0.5").reserve(of("0.5"))
    assert (refused.value.facts["spent"], refused.value.facts["held"]) == (Decimal("0.25"), Decimal("0.5"))
