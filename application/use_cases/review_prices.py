"""Compare prices with those of a data set."""

from dataclasses import dataclass

from application.ports.governance import GovernanceSource
from application.ports.price_list import PriceList
from application.ports.system import Clock
from application.pricing import review_of
from domain.price_review import PriceReview


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPrices:
    """What the data set would change of the prices in force; nothing is changed."""

    governance: GovernanceSource
    prices: PriceList
    clock: Clock

    async def __call__(self) -> PriceReview:
        return await review_of(self.governance.current().catalogue, self.prices, at=self.clock.now())
