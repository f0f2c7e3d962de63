from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import ModelCatalogue, ModelConfig, TokenPrice
from domain.overlay import with_prices
from domain.price_review import STEEP, PriceChange, PriceReview, Quotation, price_ages, reviewed
from tests.builders import a_model, a_price
from tests.unit.application.services import some_governance

TODAY, SOON = date(2026, 11, 24), date(2027, 1, 1)
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def costing(input_usd: str, output_usd: str = "0.60", *, cached: str | None = "0.075", day: date = TODAY) -> TokenPrice:
    return TokenPrice(
        valid_from=day,
        source="list@2",
        input_usd_per_mtok=Decimal(input_usd),
        output_usd_per_mtok=Decimal(output_usd),
        cached_input_usd_per_mtok=None if cached is None else Decimal(cached),
    )


def review(*quoted: TokenPrice, model: ModelConfig | None = None) -> PriceReview:
    return reviewed([model or a_model()], {"gpt-4o-mini": Quotation(prices=quoted)}, source="list@2")


def a_change(before: str, after: str) -> PriceChange:
    old, new = Decimal(before), Decimal(after)
    return PriceChange(
        model_id="m", bucket="b", valid_from=TODAY, current=old, new=new, before=old, after=new
    )  # fmt: skip


def test_the_same_prices_are_no_change_however_they_are_written() -> None:
    found = review(costing("0.150", "0.6"))
    assert (found.changes, found.prices, found.compared) == ((), (), ("gpt-4o-mini",))


def test_a_change_names_bucket_day_and_both_prices() -> None:
    found = review(costing("0.15", "0.75"))
    [change] = found.changes
    assert (change.bucket, change.current, change.new) == ("output_usd_per_mtok", Decimal("0.60"), Decimal("0.75"))
    assert (change.valid_from, str(change)) == (TODAY, "0.60 to 0.75 USD per million tokens")
    assert [applied.price for applied in found.prices] == [costing("0.15", "0.75")]


def test_a_price_that_is_announced_is_held_against_the_one_that_will_be_in_force_by_then() -> None:
    found = review(costing("0.2"), costing("0.2", day=date(2026, 12, 1)), costing("0.3", day=SOON))
    assert [(change.valid_from, change.current, change.new) for change in found.changes] == [
        (TODAY, Decimal("0.15"), Decimal("0.2")),
        (SOON, Decimal("0.2"), Decimal("0.3")),
    ]


def test_what_was_taken_is_no_change_any_more() -> None:
    quoted = (costing("0.2"), costing("0.3", day=SOON))
    model = with_prices(a_model(), review(*quoted).prices)
    assert review(*quoted, model=model).changes == ()
    assert model.price_at(datetime(2027, 1, 1, tzinfo=UTC)) == quoted[1]


@pytest.mark.parametrize(
    ("before", "after", "steep"),
    [
        ("1", "3", False), ("1", "3.000001", True), ("3", "1", False), ("3.000001", "1", True),
        ("0", "0.000001", True), ("0.000001", "0", True), ("0", "0", False), ("1", "1", False),
    ],
)  # fmt: skip
def test_more_than_three_times_in_either_direction_is_steep(before: str, after: str, steep: bool) -> None:  # noqa: FBT001  # a column of the table
    assert a_change(before, after).is_steep is steep


PRICES = st.decimals(min_value=0, max_value=1_000, places=6)


@given(before=PRICES, after=PRICES)
def test_a_change_is_as_steep_as_its_reverse(before: Decimal, after: Decimal) -> None:
    there, back = a_change(str(before), str(after)), a_change(str(after), str(before))
    assert there.is_steep is back.is_steep
    assert not (there.is_steep and before and Decimal(1) / STEEP <= after / before <= STEEP)


def test_a_bucket_that_is_not_stated_is_as_steep_as_what_it_really_costs() -> None:
    unstated = a_model(prices=(a_price(cached_input_usd_per_mtok=None),))
    [cached] = review(costing("0.15"), model=unstated).changes
    assert (cached.current, cached.before, cached.after, cached.is_steep) == (
        None, Decimal("0.15"), Decimal("0.075"), False,
    )  # fmt: skip
    [dear] = review(costing("0.15", cached="0.01"), model=unstated).changes
    assert (str(dear), dear.is_steep) == ("unstated to 0.01 USD per million tokens", True)
    [gone] = review(costing("0.15", cached=None)).changes
    assert (gone.new, gone.after, gone.is_steep) == (None, Decimal("0.15"), False)


def test_a_model_whose_own_price_is_not_valid_yet_takes_one_only_where_it_is_accepted() -> None:
    found = review(costing("0.15"), model=a_model(prices=(a_price(valid_from=SOON),)))
    assert [change.current for change in found.changes] == [None] * 3
    assert found.steep == found.changes


def test_models_that_are_free_unknown_or_unusable_are_told_and_not_changed() -> None:
    models = [
        a_model(),
        a_model(model_id="local", free=True, prices=()),
        a_model(model_id="ours"),
        a_model(model_id="x"),
    ]
    quotations = {"gpt-4o-mini": Quotation(prices=(costing("0.15"),)), "x": Quotation(unusable="it has tiers")}
    found = reviewed(iter(models), quotations, source="list@2")
    assert (found.compared, found.free, found.unknown) == (("gpt-4o-mini",), ("local",), ("ours",))
    assert (found.unusable, found.prices) == ({"x": "it has tiers"}, ())


@pytest.mark.parametrize(
    ("version", "reviewed_on", "valid_from", "days"),
    [
        ("2026-11-09", None, date(2024, 7, 18), 15),
        ("2026-11-09+1f3c", None, date(2024, 7, 18), 15),
        ("2026-11-09", date(2026, 11, 20), date(2024, 7, 18), 4),
        ("2026-11-09", date(2026, 10, 1), date(2024, 7, 18), 15),
        ("2026-11-09", None, date(2026, 11, 23), 1),
        ("우리 가격표", None, date(2026, 10, 1), 54),
        ("2027-01-01", None, date(2024, 7, 18), 0),
    ],
)
def test_a_price_is_as_old_as_the_last_day_on_which_somebody_confirmed_it(
    version: str, reviewed_on: date | None, valid_from: date, days: int
) -> None:
    model = a_model(prices=(a_price(valid_from=valid_from),))
    rules = replace(
        some_governance(),
        catalogue=ModelCatalogue(version=version, models=(model, a_model(model_id="free", prices=(), free=True))),
        reviewed={} if reviewed_on is None else {"gpt-4o-mini": reviewed_on},
    )
    assert price_ages(rules, at=AT) == {"gpt-4o-mini": days}


def test_a_price_that_is_not_valid_yet_has_no_age() -> None:
    model = a_model(prices=(a_price(valid_from=SOON),))
    rules = replace(some_governance(), catalogue=ModelCatalogue(version="2026-11-09", models=(model,)))
    assert price_ages(rules, at=AT) == {}
