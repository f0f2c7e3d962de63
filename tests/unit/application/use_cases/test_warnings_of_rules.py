from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from adapters.memory.clock import SettableClock
from adapters.memory.governance import HeldGovernance
from adapters.memory.usage_ledger import InMemoryUsageLedger
from application.use_cases.warn_of_budgets import WarnOfBudgets
from application.use_cases.warn_of_old_prices import WarnOfOldPrices
from domain.budget import BudgetRule
from domain.catalogue import ModelCatalogue
from tests.builders import MOMENT, a_hold, a_model, a_price, a_rule, a_settlement, a_usage_entry
from tests.unit.application.services import some_governance

COST = a_usage_entry().cost_usd
TENTHS = a_rule(name="팀", limit=COST * 10)


class Desk:
    """Budgets that are used up call by call, and what is heard of it."""

    def __init__(self, *rules: BudgetRule) -> None:
        self.held = HeldGovernance(some_governance(*rules))
        self.ledger, self.clock = InMemoryUsageLedger(), SettableClock(MOMENT)
        self.warn = WarnOfBudgets(governance=self.held, report=self.ledger, clock=self.clock)
        self._calls = 0

    async def begin(self, *, user_id: str = "민지") -> str:
        self._calls += 1
        entry = a_usage_entry(entry_id=f"e-{self._calls}", user_id=user_id, at=self.clock.now())
        await self.ledger.open(entry, holds=[a_hold(entry, rule=rule) for rule in self.held.current().budgets])
        return entry.entry_id

    async def heard(self) -> list[tuple[str, str, str]]:
        return [(w.counter.rule.name, w.counter.subject, str(w.share)) for w in await self.warn()]


async def test_a_share_is_told_once_when_spent_and_held_together_reach_it() -> None:
    desk = Desk(TENTHS)
    for _ in range(7):
        await desk.ledger.settle(await desk.begin(), replace(a_settlement(), cost_usd=COST))
    assert await desk.heard() == []
    held = await desk.begin()
    assert await desk.heard() == [("팀", "", "0.8")]
    await desk.ledger.settle(held, replace(a_settlement(), cost_usd=COST))
    assert await desk.heard() == []
    await desk.begin()
    await desk.begin()
    assert await desk.heard() == [("팀", "", "0.95")]
    assert desk.warn.told == {("팀", "usd", Decimal("0.8")): 1, ("팀", "usd", Decimal("0.95")): 1}


async def test_shares_reached_at_once_are_told_from_the_lowest() -> None:
    desk = Desk(a_rule(limit=COST, warn_at=(Decimal("0.1"), Decimal("0.5"), Decimal(1))))
    await desk.begin()
    assert [share for _, _, share in await desk.heard()] == ["0.1", "0.5", "1"]


async def test_each_user_is_warned_of_apart() -> None:
    desk = Desk(a_rule(limit=COST * 2, each_user=True, warn_at=(Decimal("0.5"),)))
    await desk.begin(user_id="민지")
    assert await desk.heard() == [("daily", "민지", "0.5")]
    await desk.begin(user_id="지수")
    assert await desk.heard() == [("daily", "지수", "0.5")]
    assert desk.warn.told == {("daily", "usd", Decimal("0.5")): 2}


async def test_the_next_window_is_told_anew_and_the_last_one_is_forgotten() -> None:
    desk = Desk(a_rule(limit=COST))
    await desk.begin()
    assert len(await desk.heard()) == 2
    desk.clock.advance(timedelta(days=1).total_seconds())
    assert (await desk.heard(), len(desk.warn.known)) == ([], 0)
    await desk.begin()
    assert len(await desk.heard()) == 2


async def test_another_limit_is_told_anew() -> None:
    desk = Desk(TENTHS)
    for _ in range(8):
        await desk.begin()
    assert len(await desk.heard()) == 1
    desk.held.replace(some_governance(replace(TENTHS, limit=COST * 8)))
    assert [share for _, _, share in await desk.heard()] == ["0.8", "0.95"]


async def test_a_rule_without_shares_is_silent() -> None:
    desk = Desk(a_rule(limit=COST, warn_at=()))
    await desk.begin()
    assert await desk.heard() == []


def test_prices_that_nobody_confirmed_for_more_than_31_days_are_named_the_oldest_first() -> None:
    models = tuple(
        a_model(model_id=f"m-{days}", prices=(a_price(valid_from=(MOMENT - timedelta(days=days)).date()),))
        for days in (31, 32, 400)
    )
    rules = replace(some_governance(), catalogue=ModelCatalogue(version="우리 것", models=models))
    warn = WarnOfOldPrices(governance=HeldGovernance(rules), clock=SettableClock(MOMENT))
    assert list(warn().items()) == [("m-400", 400), ("m-32", 32)]
