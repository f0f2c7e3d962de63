from datetime import date
from decimal import Decimal

import pytest

from application.use_cases.review_prices import ReviewPrices
from domain.audit import AuditAction
from domain.catalogue import TokenPrice
from domain.errors import UnknownModel
from domain.price_review import Quotation
from domain.rule_errors import SteepPriceChange
from tests.builders import MOMENT, a_caller, a_price
from tests.unit.application.rules import Office, an_office, an_office_over

CALLER = a_caller()
TODAY = MOMENT.date()


def costing(dollars: str) -> TokenPrice:
    return a_price(valid_from=TODAY, source="a list@1", input_usd_per_mtok=Decimal(dollars))


def quoting(**dollars: str) -> Office:
    """An office whose data set has these prices, by model with `_` for other characters."""
    named = {"mini": "gpt-4o-mini", "dear": "gpt-4o", "premium": "o1-preview"}
    return an_office(quotations={named[name]: Quotation(prices=(costing(price),)) for name, price in dollars.items()})


def in_force(office: Office, model_id: str = "gpt-4o-mini") -> Decimal:
    return office.held.current().catalogue.price_of(model_id, at=office.clock.now()).input_usd_per_mtok


async def test_a_review_shows_what_would_change_and_changes_nothing() -> None:
    office = quoting(mini="0.2")
    review = await ReviewPrices(governance=office.held, prices=office.prices, clock=office.clock)()
    assert [str(change) for change in review.changes] == ["0.15 to 0.2 USD per million tokens"]
    assert (review.source, review.unknown) == ("a list@1", ("gpt-4o", "o1-preview"))
    assert in_force(office) == Decimal("0.15")
    assert await office.acts() == ()


async def test_prices_are_in_force_from_today_in_every_process_and_the_old_ones_are_kept() -> None:
    office = quoting(mini="0.2", dear="0.3")
    other = an_office_over(office.written.read(), office.trail, office.book, {})
    await office.apply_prices(accept=False, only=None, caller=CALLER)
    await other.follow()
    for one in (office, other):
        assert (in_force(one), in_force(one, "gpt-4o")) == (Decimal("0.2"), Decimal("0.3"))
        assert one.held.current().catalogue.get("gpt-4o-mini").prices == (a_price(), costing("0.2"))
        assert one.held.current().reviewed == {"gpt-4o-mini": TODAY, "gpt-4o": TODAY}


async def test_a_steep_change_is_named_and_nothing_is_taken_until_it_is_accepted() -> None:
    office = quoting(mini="0.46", dear="0.3", premium="0")
    with pytest.raises(SteepPriceChange) as refusal:
        await office.apply_prices(accept=False, only=None, caller=CALLER)
    assert [violation.field for violation in refusal.value.violations] == [
        "gpt-4o-mini.input_usd_per_mtok", "o1-preview.input_usd_per_mtok",
    ]  # fmt: skip
    assert "0.15 to 0.46" in refusal.value.detail
    assert (in_force(office, "gpt-4o"), await office.acts()) == (Decimal("0.15"), ())
    await office.apply_prices(accept=True, only=None, caller=CALLER)
    assert [in_force(office, name) for name in ("gpt-4o-mini", "gpt-4o", "o1-preview")] == [
        Decimal("0.46"), Decimal("0.3"), Decimal(0),
    ]  # fmt: skip


async def test_only_the_models_that_are_named_are_looked_at() -> None:
    office = quoting(mini="0.46", dear="0.3")
    review = await office.apply_prices(accept=False, only=["gpt-4o", "gpt-4o", "small-writer"], caller=CALLER)
    assert (review.compared, review.free) == (("gpt-4o",), ("small-writer",))
    assert (in_force(office), in_force(office, "gpt-4o")) == (Decimal("0.15"), Decimal("0.3"))
    with pytest.raises(UnknownModel):
        await office.apply_prices(accept=True, only=["gpt-9"], caller=CALLER)


async def test_prices_that_are_the_same_count_as_confirmed_and_the_act_is_told() -> None:
    office = quoting(mini="0.15")
    await office.apply_prices(accept=False, only=None, caller=CALLER)
    assert office.held.current().reviewed == {"gpt-4o-mini": TODAY}
    [act] = await office.acts()
    assert (act.action, act.subject) == (AuditAction.PRICES_APPLIED, "a list@1")
    assert act.facts == {"changes": (), "compared": ("gpt-4o-mini",)}


async def test_the_row_names_every_change() -> None:
    office = quoting(mini="0.2")
    await office.apply_prices(accept=False, only=None, caller=CALLER)
    [act] = await office.acts()
    assert act.facts["changes"] == (f"gpt-4o-mini.input_usd_per_mtok 0.15 to 0.2 USD per million tokens from {TODAY}",)


async def test_what_was_taken_once_is_not_taken_again() -> None:
    office = quoting(mini="0.2")
    await office.apply_prices(accept=False, only=None, caller=CALLER)
    again = await office.apply_prices(accept=False, only=None, caller=CALLER)
    assert again.changes == ()
    assert len((await office.book.read()).prices) == 1


async def test_a_price_can_be_taken_twice_in_a_day_and_the_last_one_counts() -> None:
    office = quoting(mini="0.2")
    await office.apply_prices(accept=False, only=None, caller=CALLER)
    corrected = an_office_over(
        office.written.read(), office.trail, office.book, {"gpt-4o-mini": Quotation(prices=(costing("0.25"),))}
    )
    await corrected.apply_prices(accept=False, only=None, caller=CALLER)
    await office.follow()
    assert in_force(office) == in_force(corrected) == Decimal("0.25")


async def test_a_price_of_a_later_day_waits_for_it() -> None:
    later = date.fromordinal(TODAY.toordinal() + 1)
    office = an_office(
        quotations={
            "gpt-4o-mini": Quotation(
                prices=(costing("0.15"), a_price(valid_from=later, input_usd_per_mtok=Decimal("0.2")))
            )
        }
    )
    await office.apply_prices(accept=False, only=None, caller=CALLER)
    assert in_force(office) == Decimal("0.15")
    office.clock.advance(24 * 3600)
    assert in_force(office) == Decimal("0.2")
