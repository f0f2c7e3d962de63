"""What models cost by the installed genai-prices."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

from domain.catalogue import ModelCapability, ModelConfig, TokenPrice
from domain.errors import ConfigurationError
from domain.price_review import Quotation

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice

_BUCKETS = {
    "input_usd_per_mtok": "input_mtok",
    "cached_input_usd_per_mtok": "cache_read_mtok",
    "cache_write_usd_per_mtok": "cache_write_mtok",
    "output_usd_per_mtok": "output_mtok",
}


class GenaiPrices:
    """The data set that is installed. Source: genai-prices, https://github.com/pydantic/genai-prices."""

    @cached_property
    def source(self) -> str:
        """The name under which a price of it stands in the catalogue."""
        return f"genai-prices@{version('genai-prices')}"

    def quotations(self, models: Iterable[ModelConfig], *, at: datetime) -> Mapping[str, Quotation]:
        """What it says of each model; one that it does not know is left out."""
        found = ((model, _listed(model)) for model in models)
        return {model.model_id: self._quoted(model, listed, at) for model, listed in found if listed is not None}

    def _quoted(self, model: ModelConfig, listed: "ModelInfo", at: datetime) -> Quotation:
        try:
            return Quotation(prices=tuple(self._prices(model, listed, at)))
        except _Unusable as why:
            return Quotation(unusable=str(why))

    def _prices(self, model: ModelConfig, listed: "ModelInfo", at: datetime) -> Iterator[TokenPrice]:
        for day in (at.astimezone(UTC).date(), *_announced(listed, at)):
            moment = max(at, datetime.combine(day, time.min, UTC))
            yield self._price(model, listed.get_prices(moment), day)

    def _price(self, model: ModelConfig, theirs: "ModelPrice", day: date) -> TokenPrice:
        stated = {ours: _amount(model, getattr(theirs, name, None)) for ours, name in _BUCKETS.items()}
        if model.can(ModelCapability.EMBEDDING):
            stated["output_usd_per_mtok"] = None
        elif stated["output_usd_per_mtok"] is None:
            raise _Unusable("it states no price of what the model writes")
        read = stated.pop("input_usd_per_mtok")
        if read is None:
            raise _Unusable("it states no price of what the model reads")
        try:
            return TokenPrice(valid_from=day, source=self.source, input_usd_per_mtok=read, **stated)
        except ConfigurationError as error:
            raise _Unusable(f"{error.violations[0].field} {error.violations[0].message}") from error


class _Unusable(Exception):
    """A price that the catalogue could not state, and why."""


def _listed(model: ModelConfig) -> "ModelInfo | None":
    # Not at the top: importing the data set takes a second, and only this needs it.
    from genai_prices.data import providers

    for provider in providers:
        if provider.id == model.provider:
            return provider.find_model(model.model_id)
    return None


def _announced(listed: "ModelInfo", at: datetime) -> list[date]:
    """The later days from which other prices are valid."""
    from genai_prices.types import ModelPrice, StartDateConstraint

    days = set()
    for conditional in [] if isinstance(listed.prices, ModelPrice) else listed.prices:
        if isinstance(conditional.constraint, StartDateConstraint):
            days.add(conditional.constraint.start_date)
        elif conditional.constraint is not None:
            raise _Unusable("its price depends on the time of day")
    return sorted(day for day in days if day > at.astimezone(UTC).date())


def _amount(model: ModelConfig, price: object) -> Decimal | None:
    """A price; None where none is stated. One that depends on the length of the prompt is that of all that fit."""
    from genai_prices.types import TieredPrices

    if not isinstance(price, TieredPrices):
        return price if isinstance(price, Decimal) else None
    above = [tier.start for tier in price.tiers if tier.start < model.context_window]
    if above:
        raise _Unusable(f"prompts above {above[0]} tokens have another price, and the context window lets them through")
    return price.base
