"""What every rule book promises."""

import asyncio
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count

import pytest

from application.ports.audit_trail import AuditTrail
from application.ports.revisions import Revisions
from application.ports.rule_book import RuleBook
from domain.audit import AuditAction, AuditEntry
from domain.budget import BudgetPeriod, BudgetRule, BudgetUnit, RuleSource
from domain.errors import NotFound
from domain.overlay import AppliedPrice, Overlay
from domain.revision import Watched
from tests.builders import a_price, a_rule, an_audit_entry

_numbers = count(1)
TEAM = BudgetRule(
    name="연구팀/한도 1.5", unit=BudgetUnit.TOKENS, limit=Decimal(500_000), period=BudgetPeriod.WEEK,
    timezone="Asia/Seoul", user_id="민지@quant.kr", service="chatops", model_id="gpt-4o", warn_at=(Decimal("0.5"),),
    source=RuleSource.HTTP,
)  # fmt: skip
CHEAPER = AppliedPrice(
    model_id="gpt-4o-mini",
    price=a_price(valid_from=date(2026, 11, 20), input_usd_per_mtok=Decimal("0.1"), cached_input_usd_per_mtok=None),
    replaces=None,
)
CHEAPEST = AppliedPrice(
    model_id="gpt-4o-mini", price=replace(CHEAPER.price, source="b@2"), replaces=CHEAPER.price
)  # fmt: skip


def an_act(action: AuditAction = AuditAction.BUDGET_SET) -> AuditEntry:
    return an_audit_entry(entry_id=f"act-{next(_numbers):06}", action=action, subject="연구팀/한도")


class RuleBookContract:
    """A subclass gives `book`, declared `-> RuleBook`, `trail` and `revisions`, over one empty state."""

    async def test_an_empty_book_lays_nothing_over_anything(self, book: RuleBook) -> None:
        assert await book.read() == Overlay()

    async def test_a_budget_comes_back_whole(self, book: RuleBook) -> None:
        bare = a_rule(source=RuleSource.HTTP, warn_at=(), limit=Decimal("0.000000000001"))
        await book.set_budget(TEAM, act=an_act())
        await book.set_budget(bare, act=an_act())
        assert await book.read() == Overlay(budgets=(bare, TEAM))

    async def test_the_last_of_a_name_stands_and_names_are_told_apart_exactly(self, book: RuleBook) -> None:
        names = ("B", "a", "가", "팀", "팀 ")
        for name in reversed(names):
            await book.set_budget(a_rule(source=RuleSource.HTTP, name=name), act=an_act())
        changed = a_rule(source=RuleSource.HTTP, name="팀", limit=Decimal(7), each_user=True)
        await book.set_budget(changed, act=an_act())
        others = [a_rule(source=RuleSource.HTTP, name=name) for name in names if name != "팀"]
        assert (await book.read()).budgets == (*others[:3], changed, *others[3:])

    async def test_a_budget_that_is_removed_is_gone_and_the_others_stay(self, book: RuleBook) -> None:
        await book.set_budget(TEAM, act=an_act())
        await book.set_budget(a_rule(source=RuleSource.HTTP), act=an_act())
        await book.remove_budget(TEAM.name, act=an_act())
        assert (await book.read()).budgets == (a_rule(source=RuleSource.HTTP),)

    @pytest.mark.parametrize("name", ["팀", "", "DAILY", "daily\0", "daily "])
    async def test_what_is_not_there_cannot_be_removed(self, book: RuleBook, name: str) -> None:
        await book.set_budget(a_rule(source=RuleSource.HTTP), act=an_act())
        with pytest.raises(NotFound):
            await book.remove_budget(name, act=an_act())
        assert (await book.read()).budgets == (a_rule(source=RuleSource.HTTP),)

    async def test_prices_stay_in_the_order_in_which_they_were_taken(self, book: RuleBook) -> None:
        other = replace(CHEAPER, model_id="gpt-4o")
        await book.take_prices((CHEAPER, other), reviewed={}, act=an_act(AuditAction.PRICES_APPLIED))
        await book.take_prices((CHEAPEST,), reviewed={}, act=an_act(AuditAction.PRICES_APPLIED))
        assert (await book.read()).prices == (CHEAPER, other, CHEAPEST)

    async def test_the_last_day_of_a_review_counts(self, book: RuleBook) -> None:
        first, second = date(2026, 11, 1), date(2026, 12, 1)
        await book.take_prices((), reviewed={"gpt-4o": first, "o1-preview": first}, act=an_act())
        await book.take_prices((), reviewed={"gpt-4o": second}, act=an_act())
        assert await book.read() == Overlay(reviewed={"gpt-4o": second, "o1-preview": first})

    async def test_every_change_leaves_the_row_that_came_with_it(self, book: RuleBook, trail: AuditTrail) -> None:
        acts = [an_act(action) for action in AuditAction if action.value.startswith(("budget", "prices"))]
        await book.set_budget(TEAM, act=acts[0])
        await book.remove_budget(TEAM.name, act=acts[1])
        await book.take_prices((CHEAPER,), reviewed={}, act=acts[2])
        assert (await trail.page(limit=10)).items == tuple(reversed(acts))

    async def test_what_changes_nothing_leaves_no_row(self, book: RuleBook, trail: AuditTrail) -> None:
        with pytest.raises(NotFound):
            await book.remove_budget(TEAM.name, act=an_act())
        assert (await trail.page(limit=10)).items == ()

    async def test_every_change_is_counted_and_nothing_else(self, book: RuleBook, revisions: Revisions) -> None:
        with pytest.raises(NotFound):
            await book.remove_budget(TEAM.name, act=an_act())
        seen = [await revisions.current()]
        await book.set_budget(TEAM, act=an_act())
        seen.append(await revisions.current())
        await book.take_prices((CHEAPER,), reviewed={}, act=an_act())
        seen.append(await revisions.current())
        await book.remove_budget(TEAM.name, act=an_act())
        seen.append(await revisions.current())
        assert [numbers[Watched.GOVERNANCE] for numbers in seen] == [0, 1, 2, 3]
        assert {numbers[Watched.KEYS] for numbers in seen} == {0}

    async def test_of_changes_made_at_once_every_one_is_counted_and_told(
        self, book: RuleBook, revisions: Revisions, trail: AuditTrail
    ) -> None:
        rules = [a_rule(name=f"팀 {n % 3}", limit=Decimal(n + 1), source=RuleSource.HTTP) for n in range(12)]
        await asyncio.gather(*(book.set_budget(rule, act=an_act()) for rule in rules))
        assert (await revisions.current())[Watched.GOVERNANCE] == len((await trail.page(limit=100)).items) == 12
        stored = (await book.read()).budgets
        assert [rule.name for rule in stored] == ["팀 0", "팀 1", "팀 2"]
        assert all(rule in rules for rule in stored)
