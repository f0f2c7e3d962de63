"""What every price book promises: a row of the ledger can be reckoned again, whatever the catalogue says by then."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from application.ports.price_book import PriceBook
from application.ports.usage_ledger import UsageLedger, UsageReport
from domain.catalogue import FREE, TokenPrice
from domain.errors import NotFound
from domain.price_fact import PriceFact, price_facts, repriced
from domain.usage import TokenUsage, UsageFilter, cost_of
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


class PriceBookContract:
    """A subclass gives `book`, and `ledger` and `report` beside it in the same store, all empty at first."""

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
