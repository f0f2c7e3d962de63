"""What the double charges: the prices of the shipped catalogue, read and reckoned with its own code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

SHIPPED: Final = Path(__file__).resolve().parents[2] / "adapters" / "files" / "default.yaml"
MTOK: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Price:
    """USD for a million tokens of each kind."""

    since: date
    plain: Decimal
    cached: Decimal
    stored: Decimal
    written: Decimal

    def of(self, usage: Mapping[str, Any]) -> Decimal:
        """What a usage costs, as OpenAI writes it: cached and stored tokens are part of the prompt."""
        told = usage.get("prompt_tokens_details") or {}
        cached, stored = int(told.get("cached_tokens") or 0), int(told.get("cache_write_tokens") or 0)
        plain, written = int(usage["prompt_tokens"]) - cached - stored, int(usage.get("completion_tokens") or 0)
        total = self.plain * plain + self.cached * cached + self.stored * stored + self.written * written
        return total / MTOK


@cache
def _prices() -> dict[str, list[Price]]:
    models = yaml.load(SHIPPED.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["catalogue"]["models"]
    return {name: [_price(told) for told in model.get("prices", ())] for name, model in models.items()}


def _price(told: Mapping[str, Any]) -> Price:
    plain = Decimal(told["input_usd_per_mtok"])
    return Price(
        since=told["valid_from"],
        plain=plain,
        cached=Decimal(told.get("cached_input_usd_per_mtok", plain)),
        stored=Decimal(told.get("cache_write_usd_per_mtok", plain)),
        written=Decimal(told.get("output_usd_per_mtok", 0)),
    )


def price_of(model: str, day: date) -> Price | None:
    """The one in force on that day; None for a model that is not sold."""
    known: Iterable[Price] = _prices().get(model, ())
    return max((price for price in known if price.since <= day), key=lambda price: price.since, default=None)
