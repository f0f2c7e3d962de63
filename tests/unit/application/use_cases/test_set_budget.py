import asyncio
from decimal import Decimal

import pytest

from domain.audit import AuditAction
from domain.budget import BudgetPeriod, BudgetUnit, RuleSource
from domain.errors import BudgetExhausted, NotFound, Refused
from domain.rule_errors import RuleStandsElsewhere
from tests.builders import a_caller, a_hold, a_rule, a_settlement, a_usage_entry
from tests.unit.application.rules import Office, an_office, an_office_over, an_order

FILES = a_rule(name="팀/한도", limit=Decimal(200), period=BudgetPeriod.WEEK)
CALLER = a_caller()


async def spend(office: Office, name: str, entry_id: str = "e-1") -> None:
    """A call is charged to the rule as it is now."""
    rule = office.held.current().budget(name)
    assert rule is not None
    entry = a_usage_entry(entry_id=entry_id)
    await office.ledger.open(entry, holds=[a_hold(entry, rule=rule)])
    await office.ledger.settle(entry_id, a_settlement())


async def test_a_budget_is_in_force_at_once_and_answered_with_its_counter() -> None:
    office = an_office()
    counter = await office.set_budget(an_order(limit="20.5"), caller=CALLER)
    assert office.held.current().budgets == (counter.rule,)
    assert (counter.rule.name, counter.rule.limit, counter.rule.source) == ("팀/한도", Decimal("20.5"), RuleSource.HTTP)
    assert (counter.spent + counter.held, counter.left) == (Decimal(0), Decimal("20.5"))


async def test_it_stands_over_the_written_rule_and_what_was_spent_counts() -> None:
    office = an_office(a_rule(name="팀/한도", limit=Decimal(200)))
    await spend(office, "팀/한도")
    counter = await office.set_budget(an_order(limit="0.000001"), caller=CALLER)
    assert counter.spent == a_settlement().cost_usd
    assert counter.left == 0
    with pytest.raises(BudgetExhausted):
        await spend(office, "팀/한도", "e-2")


async def test_another_unit_or_period_begins_a_new_counter() -> None:
    office = an_office(a_rule(name="팀/한도"))
    await spend(office, "팀/한도")
    weekly = await office.set_budget(an_order(period=BudgetPeriod.WEEK), caller=CALLER)
    in_tokens = await office.set_budget(an_order(unit=BudgetUnit.TOKENS), caller=CALLER)
    assert weekly.spent + in_tokens.spent == 0
    back = await office.set_budget(an_order(), caller=CALLER)
    assert back.spent == a_settlement().cost_usd


async def test_of_a_rule_for_each_user_the_fullest_counter_is_answered() -> None:
    office = an_office(a_rule(name="팀/한도", each_user=True))
    rule = office.held.current().budgets[0]
    for n, user in enumerate(("지수", "민지", "하나")):
        entry = a_usage_entry(entry_id=f"e-{n}", user_id=user)
        await office.ledger.open(entry, holds=[a_hold(entry, rule=rule)])
    await office.ledger.settle("e-0", a_settlement())
    await office.ledger.settle("e-2", a_settlement())
    counter = await office.set_budget(an_order(each_user=True), caller=CALLER)
    counters = await office.ledger.counters((counter.rule,), at=office.clock.now())
    assert counter.used_share == max(one.used_share for one in counters)
    assert counter.subject in {"지수", "민지", "하나"}


async def test_everything_that_is_wrong_is_refused_at_once_and_nothing_changes() -> None:
    office = an_office(FILES)
    with pytest.raises(Refused) as refusal:
        await office.set_budget(an_order(limit="0", model_id="gpt-9", timezone="Asia/Seol"), caller=CALLER)
    assert {violation.field for violation in refusal.value.violations} == {"limit", "model_id", "timezone"}
    assert office.held.current().budgets == (FILES,)
    assert await office.acts() == ()


async def test_the_row_says_who_set_what_and_what_was_in_force_before() -> None:
    office = an_office(FILES)
    await office.set_budget(an_order(limit="7", user_id="민지"), caller=CALLER)
    [act] = await office.acts()
    assert (act.action, act.subject, act.user_id) == (AuditAction.BUDGET_SET, "팀/한도", CALLER.principal.user_id)
    assert (act.facts["limit"], act.facts["period"], act.facts["for_user"]) == ("7", "day", "민지")
    assert (act.facts["before_limit"], act.facts["before_period"], act.facts["before_source"]) == (
        "200",
        "week",
        "file",
    )


async def test_a_removed_budget_is_gone_or_gives_way_to_the_written_one() -> None:
    office = an_office(FILES)
    await office.set_budget(an_order(limit="7"), caller=CALLER)
    await office.set_budget(an_order("새 팀"), caller=CALLER)
    assert await office.remove_budget("새 팀", caller=CALLER) is None
    back = await office.remove_budget("팀/한도", caller=CALLER)
    assert back is not None
    assert office.held.current().budgets == (FILES,) == (back.rule,)
    latest, earlier, *_ = await office.acts()
    assert (latest.action, latest.facts["limit"], latest.facts["after_limit"]) == (
        AuditAction.BUDGET_REMOVED, "7", "200",
    )  # fmt: skip
    assert "after_limit" not in earlier.facts


@pytest.mark.parametrize("source", [RuleSource.FILE, RuleSource.ENVIRONMENT])
async def test_a_rule_that_is_only_written_down_is_removed_where_it_stands(source: RuleSource) -> None:
    office = an_office(a_rule(name="팀", source=source))
    with pytest.raises(RuleStandsElsewhere, match=source.value) as refusal:
        await office.remove_budget("팀", caller=CALLER)
    assert refusal.value.facts == {"rule": "팀", "source": source.value}
    assert await office.acts() == ()


async def test_what_is_not_there_cannot_be_removed() -> None:
    office = an_office(FILES)
    with pytest.raises(NotFound):
        await office.remove_budget("다른 팀", caller=CALLER)


async def test_another_process_follows_with_what_it_reads_in_its_own_file() -> None:
    office = an_office(FILES)
    other = an_office_over(office.written.read(), office.trail, office.book, {})
    await office.set_budget(an_order(limit="7"), caller=CALLER)
    followed = await other.follow()
    assert other.held.current().budgets == office.held.current().budgets
    assert (followed.changed, followed.rules.unfit) == ({"budgets": ("팀/한도",)}, ())
    assert (await other.follow()).changed == {}


async def test_of_two_that_set_at_once_the_one_that_is_stored_last_is_in_force() -> None:
    office = an_office()
    limits = [str(n) for n in range(1, 21)]
    await asyncio.gather(*(office.set_budget(an_order(limit=limit), caller=CALLER) for limit in limits))
    assert office.held.current().budgets == (await office.book.read()).budgets
