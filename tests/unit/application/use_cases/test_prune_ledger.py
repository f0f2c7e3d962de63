from dataclasses import replace
from datetime import timedelta

from application.use_cases import prune_ledger
from application.use_cases.prune_ledger import PruneLedger
from domain.retention import Retention
from domain.usage import UsageFilter
from tests.builders import MOMENT, a_settlement, a_usage_entry
from tests.unit.application.services import Service, a_service

DAYS = 30


async def with_calls_of(*ages: int) -> Service:
    service = a_service()
    service.governance.replace(replace(service.governance.current(), retention=Retention(ledger_detail_days=DAYS)))
    for age in ages:
        await service.ledger.open(a_usage_entry(entry_id=f"e-{age}", at=MOMENT - timedelta(days=age)))
        await service.ledger.settle(f"e-{age}", a_settlement())
    return service


def pruning(service: Service) -> PruneLedger:
    return PruneLedger(ledger=service.ledger, governance=service.governance, clock=service.clock)


async def test_rows_go_once_their_whole_day_is_older_than_it_has_to_be_kept() -> None:
    service = await with_calls_of(DAYS + 2, DAYS + 1, DAYS, 0)
    assert await pruning(service)() == 2
    assert await pruning(service)() == 0
    kept = (await service.ledger.entries(UsageFilter(), limit=9)).items
    assert [entry.entry_id for entry in kept] == ["e-0", f"e-{DAYS}"]


async def test_what_is_kept_longer_from_now_on_is_kept() -> None:
    service = await with_calls_of(DAYS + 5)
    service.governance.replace(replace(service.governance.current(), retention=Retention(ledger_detail_days=400)))
    assert await pruning(service)() == 0


async def test_no_more_go_at_once_than_others_can_wait_for() -> None:
    service = await with_calls_of(*range(DAYS + 1, DAYS + 1 + prune_ledger.AT_ONCE + 3))
    assert [await pruning(service)() for _ in range(3)] == [prune_ledger.AT_ONCE, 3, 0]
