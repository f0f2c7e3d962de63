"""What every list of prices promises."""

from datetime import UTC, date, datetime

from application.ports.price_list import PriceList
from tests.builders import a_model

AT = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


class PriceListContract:
    """A subclass gives `prices`, declared `-> PriceList`, which knows `gpt-4o-mini`, and no model `우리-모델`."""

    def test_it_says_what_it_knows_and_leaves_out_what_it_does_not(self, prices: PriceList) -> None:
        said = prices.quotations([a_model(), a_model(model_id="우리-모델")], at=AT)
        assert list(said) == ["gpt-4o-mini"]
        assert said["gpt-4o-mini"].unusable is None

    def test_a_price_in_force_is_valid_from_the_day_that_was_asked_for_and_names_its_source(
        self, prices: PriceList
    ) -> None:
        [price] = prices.quotations([a_model()], at=AT)["gpt-4o-mini"].prices
        assert price.valid_from == date(2026, 11, 20)
        assert price.source == prices.source
        assert "@" in prices.source

    def test_nothing_asked_is_nothing_said(self, prices: PriceList) -> None:
        assert prices.quotations([], at=AT) == {}
