import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import replace
from datetime import date

import pytest

from adapters.memory.revisions import InMemoryRevisions
from adapters.system.signal import LoopSignal
from application.use_cases.warn_of_budgets import WarnOfBudgets
from application.use_cases.warn_of_old_prices import WarnOfOldPrices
from application.watching import Watch
from domain.budget import RuleSource
from domain.catalogue import ModelCatalogue
from domain.revision import Watched
from entrypoints import rule_life
from entrypoints.rule_life import follow_others, keep_ageing, keep_warning, take_over
from tests.builders import a_caller, a_hold, a_model, a_price, a_rule, a_usage_entry, an_audit_entry
from tests.unit.application.rules import Office, an_office, an_office_over, an_order

COST = a_usage_entry().cost_usd


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_life, "WARNING_SECONDS", 0.0)


def said(caplog: pytest.LogCaptureFixture, event: str) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.getMessage() == event]


async def while_running(work: Awaitable[None], caplog: pytest.LogCaptureFixture, event: str) -> logging.LogRecord:
    """The first line of that kind, and the work is ended."""
    task = asyncio.ensure_future(work)
    async with asyncio.timeout(20):
        while not said(caplog, event):  # noqa: ASYNC110  # no event says it
            await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return said(caplog, event)[0]


async def spend(office: Office) -> None:
    entry = a_usage_entry()
    await office.ledger.open(entry, holds=[a_hold(entry, rule=rule) for rule in office.held.current().budgets])


async def test_rules_are_taken_over_once_and_told_by_name(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    office = an_office()
    other = an_office_over(office.written.read(), office.trail, office.book, {})
    await office.set_budget(an_order("팀"), caller=a_caller())
    await take_over(other.follow)
    await take_over(other.follow)
    [line] = said(caplog, "rules_taken_over")
    assert line.__dict__["changed"] == {"budgets": ["팀"]}
    assert said(caplog, "rules_not_in_force") == []


async def test_a_rise_of_the_revision_is_what_makes_a_process_read(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    office, revisions = an_office(), InMemoryRevisions()
    other = an_office_over(office.written.read(), office.trail, office.book, {})
    watch = Watch(revisions=revisions, clock=office.clock)
    follow_others(watch, other.follow)
    await watch.look()
    await office.book.set_budget(a_rule(name="팀", source=RuleSource.HTTP), act=an_audit_entry())
    await watch.look()
    assert other.held.current().budgets == ()
    revisions.bump(Watched.GOVERNANCE)
    await watch.look()
    assert [rule.name for rule in other.held.current().budgets] == ["팀"]


async def test_a_budget_is_told_with_what_a_person_wants_to_know(caplog: pytest.LogCaptureFixture) -> None:
    office = an_office(a_rule(name="팀", limit=COST, each_user=True))
    await spend(office)
    warn = WarnOfBudgets(governance=office.held, report=office.ledger, clock=office.clock)
    line = await while_running(keep_warning(warn, LoopSignal()), caplog, "budget_warning")
    told = {name: line.__dict__[name] for name in ("rule", "share", "user_id", "unit", "spent", "held", "limit")}
    assert told == {
        "rule": "팀", "share": "0.8", "user_id": "mina@quant.kr", "unit": "usd", "spent": "0", "held": f"{COST:f}",
        "limit": f"{COST:f}",
    }  # fmt: skip
    assert line.__dict__["resets_at"].endswith("+00:00")


async def test_budgets_are_looked_at_again_once_something_was_counted(caplog: pytest.LogCaptureFixture) -> None:
    office, counting = an_office(a_rule(name="팀", limit=COST)), LoopSignal()
    warn = WarnOfBudgets(governance=office.held, report=office.ledger, clock=office.clock)
    task = asyncio.ensure_future(keep_warning(warn, counting))
    for _ in range(5):
        await asyncio.sleep(0)
    await spend(office)
    counting.notify()
    async with asyncio.timeout(20):
        while not said(caplog, "budget_warning"):  # noqa: ASYNC110  # no event says it
            await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [line.__dict__["share"] for line in said(caplog, "budget_warning")] == ["0.8", "0.95"]


async def test_old_prices_are_told_and_fresh_ones_are_not(caplog: pytest.LogCaptureFixture) -> None:
    office = an_office()
    models = (a_model(prices=(a_price(valid_from=date(2020, 1, 1)),)),)
    old = replace(office.written.read(), catalogue=ModelCatalogue(version="우리 것", models=models))
    office.held.replace(old)
    warn = WarnOfOldPrices(governance=office.held, clock=office.clock)
    line = await while_running(keep_ageing(warn), caplog, "prices_are_old")
    assert list(line.__dict__["days"]) == ["gpt-4o-mini"]
    caplog.clear()
    office.held.replace(replace(old, reviewed={"gpt-4o-mini": office.clock.now().date()}))
    task = asyncio.ensure_future(keep_ageing(warn))
    for _ in range(5):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert caplog.records == []
