"""How the catalogue's prices compare with those of the installed genai-prices."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from importlib.metadata import version
from typing import TYPE_CHECKING

from domain.catalogue import ModelCatalogue, ModelConfig

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice

_BUCKETS = {
    "input_usd_per_mtok": "input_mtok",
    "cached_input_usd_per_mtok": "cache_read_mtok",
    "cache_write_usd_per_mtok": "cache_write_mtok",
    "output_usd_per_mtok": "output_mtok",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceDifference:
    """One price on which the two disagree; None is a price that one of them does not state.

    Where `above_tokens` is set, theirs is what prompts longer than that cost, and the model's context window lets
    such prompts through.
    """

    model_id: str
    bucket: str
    ours: Decimal | None
    theirs: Decimal | None
    above_tokens: int | None = None


def price_source() -> str:
    """The name under which a price of the installed data set stands in the catalogue."""
    return f"genai-prices@{version('genai-prices')}"


def price_differences(catalogue: ModelCatalogue, *, at: datetime) -> tuple[PriceDifference, ...]:
    """Every difference at that moment, in the catalogue's order; models declared free are left out.

    A model that the data set does not know differs in every price. Source: the data set that is installed.
    Raises: UnpricedModel.
    """
    found: list[PriceDifference] = []
    for model in catalogue:
        if not model.free:
            theirs = _listed(model)
            found += _differences(model, None if theirs is None else theirs.get_prices(at), at)
    return tuple(found)


def _listed(model: ModelConfig) -> "ModelInfo | None":
    # Not at the top: importing the data set takes a second, and only this needs it.
    from genai_prices.data import providers

    for provider in providers:
        if provider.id == model.provider:
            return provider.find_model(model.model_id)
    return None


def _differences(model: ModelConfig, theirs: "ModelPrice | None", at: datetime) -> list[PriceDifference]:
    ours = model.price_at(at)
    found = []
    for bucket, name in _BUCKETS.items():
        stated: Decimal | None = getattr(ours, bucket)
        base, tiers = _parts(getattr(theirs, name, None))
        if stated != base:
            found.append(PriceDifference(model_id=model.model_id, bucket=bucket, ours=stated, theirs=base))
        found += [
            PriceDifference(model_id=model.model_id, bucket=bucket, ours=stated, theirs=price, above_tokens=above)
            for above, price in tiers
            if above < model.context_window
        ]
    return found


def _parts(price: object) -> tuple[Decimal | None, list[tuple[int, Decimal]]]:
    """A price as what short prompts cost, and what those above a number of tokens do."""
    from genai_prices.types import TieredPrices

    if isinstance(price, TieredPrices):
        return price.base, [(tier.start, tier.price) for tier in price.tiers]
    return (price if isinstance(price, Decimal) else None), []
