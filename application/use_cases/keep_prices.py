"""Keep the prices in force."""

from dataclasses import dataclass

from application.ports.governance import GovernanceSource
from application.ports.price_book import PriceBook


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPrices:
    """Every price in force is in the book, before the first call that is reckoned with it. Raises: StoreUnavailable."""

    governance: GovernanceSource
    prices: PriceBook

    async def __call__(self) -> None:
        await self.prices.keep(self.governance.current().price_facts())
