import pytest

from application.use_cases.report_usage import ReportUsage
from domain.errors import RoleRequired
from domain.identity import Principal, Role
from domain.usage import UsageDimension, UsageFilter
from tests.builders import a_principal, a_settlement, a_usage_entry
from tests.unit.application.services import Service, a_service

ADMIN = a_principal(user_id="ops", roles=frozenset({Role.ADMIN}))
MINA = a_principal()
BY_USER = (UsageDimension.USER,)


async def two_users() -> Service:
    service = a_service()
    for number, user_id in enumerate(("mina@quant.kr", "jun@quant.kr", "mina@quant.kr")):
        entry = a_usage_entry(entry_id=f"e-{number}", operation_id=f"op-{number}", user_id=user_id)
        await service.ledger.open(entry)
        await service.ledger.settle(entry.entry_id, a_settlement())
    return service


async def requests_of(service: Service, principal: Principal, wanted: UsageFilter) -> dict[str | None, int]:
    groups = await ReportUsage(report=service.ledger).summary(wanted, by=BY_USER, principal=principal)
    return {group.user: group.requests for group in groups}


async def test_an_admin_sees_everybody_and_a_user_themselves() -> None:
    service = await two_users()
    assert await requests_of(service, ADMIN, UsageFilter()) == {"jun@quant.kr": 1, "mina@quant.kr": 2}
    assert await requests_of(service, MINA, UsageFilter()) == {"mina@quant.kr": 2}


async def test_rows_are_narrowed_in_the_same_way() -> None:
    service = await two_users()
    report = ReportUsage(report=service.ledger)
    mine = await report.entries(UsageFilter(), principal=MINA, limit=10, after=None)
    assert [entry.entry_id for entry in mine.items] == ["e-2", "e-0"]
    juns = await report.entries(UsageFilter(user_id="jun@quant.kr"), principal=ADMIN, limit=10, after=None)
    assert [entry.entry_id for entry in juns.items] == ["e-1"]


async def test_asking_for_somebody_elses_usage_needs_a_role() -> None:
    service = await two_users()
    wanted = UsageFilter(user_id="jun@quant.kr")
    with pytest.raises(RoleRequired):
        await requests_of(service, MINA, wanted)
    with pytest.raises(RoleRequired):
        await ReportUsage(report=service.ledger).entries(wanted, principal=MINA, limit=10, after=None)
