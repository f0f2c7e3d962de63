from decimal import Decimal

from adapters.memory.price_audit import InMemoryPriceAudit
from adapters.memory.price_book import InMemoryPriceBook
from adapters.memory.usage_ledger import InMemoryUsageLedger
from application.use_cases.verify_ledger import VerifyLedger
from domain.budget import BudgetRule
from domain.ledger_audit import Difference, LedgerCheck
from domain.price_fact import PriceFact
from domain.usage import TokenUsage, cost_of
from tests.builders import a_hold, a_price, a_rule, a_settlement, a_usage_entry

USED = TokenUsage(input_tokens=1_000, output_tokens=100)
RULE: BudgetRule = a_rule(limit=Decimal(5))


async def verified(*, cost: Decimal) -> tuple[Difference, ...]:
    """What is found of one settled call that cost so much."""
    ledger, book, price = InMemoryUsageLedger(), InMemoryPriceBook(), a_price()
    entry = a_usage_entry(price_version=price.version)
    await book.keep([PriceFact(model_id=entry.model_id, price=price)])
    await ledger.open(entry, holds=[a_hold(entry, rule=RULE)])
    await ledger.settle(entry.entry_id, a_settlement(usage=USED, cost_usd=cost))
    return (await VerifyLedger(ledger=ledger, prices=InMemoryPriceAudit(ledger, book))()).differences


async def test_a_ledger_in_order_has_no_difference() -> None:
    assert await verified(cost=cost_of(USED, a_price())) == ()


async def test_a_row_that_is_reckoned_wrongly_is_named() -> None:
    [found] = await verified(cost=Decimal(0))
    assert (found.check, found.found) == (LedgerCheck.PRICE, "0 USD")
