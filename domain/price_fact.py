"""A price as a fact that is kept: what a ledger row was reckoned with can be looked up as long as the row is."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from domain.catalogue import FREE, ModelConfig, TokenPrice
from domain.ledger_audit import Difference, LedgerCheck
from domain.usage import UsageEntry, UsageStatus, cost_of


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


def misreckoned(entry: UsageEntry, facts: Iterable[PriceFact]) -> Difference | None:
    """None where the row costs what its tokens cost at a kept price of its name; a cached answer was nobody's call."""
    if entry.status is UsageStatus.CACHED:
        return None
    named = [fact.price for fact in facts if fact.model_id == entry.model_id and fact.names(entry.price_version)]
    costs = [repriced(entry, price) for price in named]
    if entry.cost_usd in costs:
        return None
    return Difference(
        check=LedgerCheck.PRICE,
        subject=f"row {entry.entry_id}, {entry.model_id} at {entry.price_version}",
        expected=" or ".join(f"{cost:f} USD" for cost in costs) or "a price of that name",
        found=f"{entry.cost_usd:f} USD",
    )
