"""What every price book promises: a row of the ledger can be reckoned again, whatever the catalogue says by then."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from application.ports.price_audit import PriceAudit
from application.ports.price_book import PriceBook
from application.ports.usage_ledger import UsageLedger, UsageReport
from domain.catalogue import FREE, TokenPrice
from domain.errors import NotFound
from domain.ledger_audit import LedgerCheck
from domain.price_fact import PriceFact, price_facts, repriced
from domain.usage import TokenUsage, UsageFilter, UsageStatus, cost_of
from tests.arbitrary import CONTRACT_SETTINGS, token_prices, usages
from tests.builders import a_model, a_price, a_settlement, a_usage_entry

MINI = PriceFact(model_id="gpt-4o-mini", price=a_price())
EXACT = a_price(
    source="공급자 가격표",
    valid_from=date(2026, 1, 31),
    input_usd_per_mtok=Decimal("0.000001"),
    cached_input_usd_per_mtok=Decimal(0),
    cache_write_usd_per_mtok=Decimal("999999999.999999"),
    output_usd_per_mtok=None,
)


USED = TokenUsage(input_tokens=1_000, cached_input_tokens=400, cache_write_tokens=100, output_tokens=100)
MINI_COST, EXACT_COST = cost_of(USED, MINI.price), cost_of(USED, EXACT)
CENT = Decimal("0.01")
RECKONED = [
    ("gpt-4o-mini", MINI.price.version, MINI_COST, UsageStatus.SETTLED),
    ("gpt-4o-mini", MINI.price.dated, MINI_COST, UsageStatus.ESTIMATED),
    ("gpt-4o-mini", MINI.price.version, MINI_COST + Decimal("0.000000000001"), UsageStatus.SETTLED),
    ("gpt-4o-mini", MINI.price.dated, Decimal(0), UsageStatus.SETTLED),
    ("gpt-4o-mini", MINI.price.version, CENT, UsageStatus.CACHED),
    ("gpt-4o-mini", MINI.price.version, MINI_COST, UsageStatus.PENDING),
    ("모델", EXACT.version, EXACT_COST, UsageStatus.UNKNOWN),
    ("모델", MINI.price.version, MINI_COST, UsageStatus.SETTLED),
    ("free", FREE.version, Decimal(0), UsageStatus.SETTLED),
    ("free", FREE.version, CENT, UsageStatus.SETTLED),
]
MISRECKONED = [
    (LedgerCheck.PRICE, f"row e-2, gpt-4o-mini at {MINI.price.version}", f"{MINI_COST:f} USD",
     f"{MINI_COST + Decimal('0.000000000001'):f} USD"),
    (LedgerCheck.PRICE, f"row e-3, gpt-4o-mini at {MINI.price.dated}", f"{MINI_COST:f} USD", "0 USD"),
    (LedgerCheck.PRICE, f"row e-7, 모델 at {MINI.price.version}", "a price of that name", f"{MINI_COST:f} USD"),
    (LedgerCheck.PRICE, f"row e-9, free at {FREE.version}", "0 USD", "0.01 USD"),
]  # fmt: skip


class PriceBookContract:
    """A subclass gives `book`, and `ledger`, `report` and `reckoning` beside it in one store, all empty at first."""

    async def test_a_price_comes_back_to_the_last_digit(self, book: PriceBook) -> None:
        await book.keep([MINI, PriceFact(model_id="모델", price=EXACT), PriceFact(model_id="free", price=FREE)])
        assert await book.of("gpt-4o-mini", MINI.price.version) == MINI.price
        assert await book.of("모델", EXACT.version) == EXACT
        assert await book.of("free", FREE.version) == FREE

    async def test_keeping_again_changes_nothing(self, book: PriceBook) -> None:
        await book.keep([MINI, MINI])
        await book.keep([MINI])
        await book.keep([])
        assert await book.all() == [MINI]

    async def test_an_edited_price_is_another_fact_beside_the_old_one(self, book: PriceBook) -> None:
        edited = PriceFact(model_id=MINI.model_id, price=a_price(output_usd_per_mtok=Decimal("0.61")))
        await book.keep([MINI])
        await book.keep([edited])
        assert await book.of(MINI.model_id, MINI.price.version) == MINI.price
        assert await book.of(MINI.model_id, edited.price.version) == edited.price

    async def test_models_do_not_share_prices(self, book: PriceBook) -> None:
        await book.keep([MINI])
        for model_id, version in (("gpt-4o", MINI.price.version), (MINI.model_id, "다른 값@2024-07-18#00000000")):
            with pytest.raises(NotFound):
                await book.of(model_id, version)

    async def test_all_facts_come_by_model_and_version(self, book: PriceBook) -> None:
        facts = [PriceFact(model_id=model, price=price) for model in ("나", "b", "A") for price in (EXACT, a_price())]
        await book.keep(facts)
        listed = await book.all()
        assert listed == sorted(facts, key=lambda fact: (fact.model_id, fact.price.version))

    @CONTRACT_SETTINGS
    @given(usage=usages(10**7), price=token_prices())
    async def test_every_row_is_reckoned_again_from_its_fact(
        self, book: PriceBook, ledger: UsageLedger, report: UsageReport, *, usage: TokenUsage, price: TokenPrice
    ) -> None:
        model = a_model(prices=(price,))
        await book.keep(price_facts([model]))
        number = len((await report.entries(UsageFilter(), limit=10_000)).items)
        entry = a_usage_entry(
            entry_id=f"e-{number:06}",
            operation_id=f"op-{number}",
            usage=usage,
            cost_usd=cost_of(usage, price),
            price_version=price.version,
        )
        await ledger.open(entry)
        # The catalogue changes, and its new price is kept too.
        dearer = replace(price, input_usd_per_mtok=price.input_usd_per_mtok + 1)
        await book.keep(price_facts([replace(model, prices=(dearer,))]))
        await ledger.settle(entry.entry_id, a_settlement(usage=usage, cost_usd=entry.cost_usd))
        for row in (await report.entries(UsageFilter(), limit=10_000)).items:
            assert repriced(row, await book.of(row.model_id, row.price_version)) == row.cost_usd

    async def test_only_rows_that_no_kept_price_explains_are_misreckoned(
        self, book: PriceBook, ledger: UsageLedger, reckoning: PriceAudit
    ) -> None:
        await book.keep([MINI, PriceFact(model_id="모델", price=EXACT), PriceFact(model_id="free", price=FREE)])
        for number, (model_id, price_version, cost, status) in enumerate(RECKONED):
            entry_id = f"e-{number}"
            opened = a_usage_entry(
                entry_id=entry_id, operation_id=entry_id, model_id=model_id, price_version=price_version,
                usage=USED, cost_usd=MINI_COST,
            )  # fmt: skip
            await ledger.open(opened)
            if status is not UsageStatus.PENDING:
                await ledger.settle(entry_id, a_settlement(status=status, usage=USED, cost_usd=cost))
        found = await reckoning.misreckoned(most=9)
        assert [(each.check, each.subject, each.expected, each.found) for each in found] == MISRECKONED
        assert await reckoning.misreckoned(most=1) == found[:1]
