from decimal import Decimal

from application.use_cases.show_budgets import ShowBudgets
from domain.identity import Principal, Role
from tests.builders import a_hold, a_principal, a_rule, a_settlement, a_usage_entry
from tests.unit.application.services import Service, a_service

EACH = a_rule(name="each", each_user=True)
ALL = a_rule(name="all", limit=Decimal(10))
JUNS = a_rule(name="jun", user_id="jun@quant.kr")


async def spending() -> Service:
    """mina has spent something; a call of jun is under way."""
    service = a_service(budgets=(EACH, ALL, JUNS))
    mina, jun = a_usage_entry(), a_usage_entry(entry_id="e-2", user_id="jun@quant.kr")
    await service.ledger.open(mina, holds=[a_hold(mina, rule=EACH), a_hold(mina, rule=ALL)])
    await service.ledger.settle(mina.entry_id, a_settlement())
    await service.ledger.open(jun, holds=[a_hold(jun, rule=rule) for rule in (EACH, ALL, JUNS)])
    return service


async def shown(service: Service, principal: Principal) -> list[tuple[str, str, Decimal, Decimal]]:
    budgets = ShowBudgets(governance=service.governance, report=service.ledger, clock=service.clock)
    return [(c.rule.name, c.subject, c.spent, c.held) for c in await budgets(principal=principal)]


async def test_an_admin_sees_what_is_spent_and_held_of_every_rule() -> None:
    service = await spending()
    spent, held = a_settlement().cost_usd, a_usage_entry().cost_usd
    assert await shown(service, a_principal(user_id="ops", roles=frozenset({Role.ADMIN}))) == [
        ("each", "jun@quant.kr", Decimal(0), held),
        ("each", "mina@quant.kr", spent, Decimal(0)),
        ("all", "", spent, held),
        ("jun", "", Decimal(0), held),
    ]


async def test_a_user_sees_their_own_counters_only() -> None:
    service = await spending()
    assert [(name, subject) for name, subject, _, _ in await shown(service, a_principal())] == [
        ("each", "mina@quant.kr")
    ]
    assert [name for name, _, _, _ in await shown(service, a_principal(user_id="jun@quant.kr"))] == ["each", "jun"]


async def test_a_user_who_has_used_nothing_sees_the_whole_of_their_budget() -> None:
    service = await spending()
    newcomer = a_principal(user_id="hana@quant.kr")
    assert await shown(service, newcomer) == [("each", "hana@quant.kr", Decimal(0), Decimal(0))]
    assert await shown(a_service(budgets=(EACH, ALL, JUNS)), newcomer) == await shown(service, newcomer)
