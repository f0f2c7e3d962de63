from decimal import Decimal

from application.use_cases.settle_overdue_calls import SettleOverdueCalls
from domain.usage import UsageStatus
from tests.builders import MOMENT, a_hold, a_rule, a_usage_entry
from tests.unit.application.services import a_service


async def test_a_call_that_a_crash_left_open_is_charged_at_its_estimate_once_its_deadline_has_passed() -> None:
    service = a_service()
    sweep = SettleOverdueCalls(ledger=service.ledger, clock=service.clock)
    entry, rule = a_usage_entry(), a_rule()
    await service.ledger.open(entry, holds=[a_hold(entry, rule=rule)])
    assert await sweep() == 0
    service.clock.advance(61)
    assert await sweep() == 1
    (settled,) = await service.entries()
    assert (settled.status, settled.cost_usd) == (UsageStatus.UNKNOWN, entry.cost_usd)
    (counter,) = await service.ledger.counters([rule], at=MOMENT)
    assert (counter.spent, counter.held) == (entry.cost_usd, Decimal(0))
    assert await sweep() == 0
