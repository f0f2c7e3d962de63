from decimal import Decimal

import pytest

from application.use_cases.verify_ledger import VerifyLedger
from domain.catalogue import FREE
from domain.ledger_audit import Difference, LedgerCheck
from domain.usage import TokenUsage
from tests.builders import a_settlement, a_usage_entry
from tests.unit.application.services import DESIGNER, Service, a_service

PRICED = DESIGNER.prices[0].version
USED = TokenUsage(input_tokens=1_000, output_tokens=100)


async def verified(service: Service) -> tuple[Difference, ...]:
    findings = await VerifyLedger(ledger=service.ledger, governance=service.governance)()
    assert findings.uncharged == ()
    return findings.differences


async def a_call(service: Service, *, price_version: str, cost: str = "0", usage: TokenUsage = USED) -> None:
    await service.ledger.open(a_usage_entry(model_id=DESIGNER.model_id, price_version=price_version))
    await service.ledger.settle("e-000001", a_settlement(usage=usage, cost_usd=Decimal(cost)))


async def test_a_ledger_in_order_has_no_difference() -> None:
    service = a_service()
    await a_call(service, price_version=PRICED, cost="0.1")
    assert await verified(service) == ()


async def test_tokens_that_cost_nothing_at_a_price_are_named_with_what_they_should_cost() -> None:
    service = a_service()
    await a_call(service, price_version=PRICED)
    [found] = await verified(service)
    assert found.check is LedgerCheck.PRICE
    assert "e-000001" in found.subject
    assert found.expected == "0.00021 USD"


async def test_tokens_of_a_price_that_nobody_knows_are_named() -> None:
    service = a_service()
    await a_call(service, price_version="somebody@2020-01-01")
    [found] = await verified(service)
    assert (found.check, found.expected) == (LedgerCheck.PRICE, "a price that says 0")
    assert str(found).startswith("price gpt-4o-mini at somebody@2020-01-01, 1 rows such as e-000001: expected")


@pytest.mark.parametrize("usage", [USED, TokenUsage()])
async def test_what_is_free_may_cost_nothing(usage: TokenUsage) -> None:
    service = a_service()
    await a_call(service, price_version=FREE.version, usage=usage)
    assert await verified(service) == ()
