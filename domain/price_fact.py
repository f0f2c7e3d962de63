"""A price as a fact that is kept: what a ledger row was reckoned with can be looked up as long as the row is."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from domain.catalogue import FREE, ModelConfig, TokenPrice
from domain.usage import UsageEntry, cost_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFact:
    """A price of a model."""

    model_id: str
    price: TokenPrice

    def names(self, price_version: str) -> bool:
        """Whether a row of the model keeps this price under that name.

        Rows from before prices were kept name source and day alone. A price that was edited since has the same day
        and another fact, so of several facts only one reproduces the cost of such a row.
        """
        return price_version in (self.price.version, self.price.dated)


def price_facts(models: Iterable[ModelConfig]) -> tuple[PriceFact, ...]:
    """Every price that a row of these models can name."""
    return tuple(
        PriceFact(model_id=model.model_id, price=price)
        for model in models
        for price in ((FREE,) if model.free else model.prices)
    )


def repriced(entry: UsageEntry, price: TokenPrice) -> Decimal:
    """What the row's tokens cost at that price. Units: USD. It is what the row says, where it is the row's price."""
    return cost_of(entry.usage, price)
