from dataclasses import replace
from decimal import Decimal

from domain.budget import RuleSource
from domain.catalogue import ModelCatalogue
from tests.builders import a_caller, a_rule
from tests.unit.application.rules import an_office, an_order
from tests.unit.application.services import DEAR, DESIGNER, EMBEDDING, WRITER

CALLER = a_caller()


async def test_what_was_set_at_run_time_stays_over_a_new_file() -> None:
    office = an_office(a_rule(name="팀"))
    await office.set_budget(an_order("팀", limit="7"), caller=CALLER)
    new = replace(office.written.read(), budgets=(a_rule(name="팀", limit=Decimal(3)), a_rule(name="또")), version="v2")
    office.written.said.append(new)
    reloaded = await office.reload(caller=CALLER)
    in_force = {rule.name: (rule.limit, rule.source) for rule in office.held.current().budgets}
    assert in_force == {"팀": (Decimal(7), RuleSource.HTTP), "또": (Decimal(1), RuleSource.FILE)}
    assert reloaded.changed == {"budgets": ("또",)}
    back = await office.remove_budget("팀", caller=CALLER)
    assert back is not None
    assert back.rule.limit == 3


async def test_a_rule_that_the_new_file_makes_impossible_is_told_and_kept() -> None:
    office = an_office(a_rule(name="팀"))
    await office.set_budget(an_order("팀", limit="7", model_id="o1-preview"), caller=CALLER)
    before = office.written.read()
    smaller = ModelCatalogue(version="test", models=(DESIGNER, DEAR, WRITER, EMBEDDING))
    office.written.said.append(replace(before, catalogue=smaller, version="v2"))
    reloaded = await office.reload(caller=CALLER)
    [unfit] = reloaded.after.unfit
    assert (unfit.field, "no model 'o1-preview'" in unfit.message) == ("budgets['팀']", True)
    assert office.held.current().budgets == (a_rule(name="팀"),)
    [row, *_] = await office.acts()
    assert row.facts["unfit"] == (str(unfit),)
    office.written.said.append(before)
    assert (await office.reload(caller=CALLER)).after.unfit == ()
    assert [rule.limit for rule in office.held.current().budgets] == [Decimal(7)]
