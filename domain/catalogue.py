"""The models there are, what each can do and what it costs since when."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from domain.errors import ConfigurationError, UnknownModel, UnpricedModel, Violation

PRICE_DECIMALS = 6
"""Prices per million tokens have at most so many decimals, so a token's cost is a whole number of pico-dollars."""
DIGEST_MARK = "#"
"""Between the source and day of a price, in its name, and the digest of its amounts."""
DIGEST_DIGITS = 8


class ModelTier(StrEnum):
    """How much a model costs and can do, in four steps."""

    MINI = "mini"
    STANDARD = "standard"
    ADVANCED = "advanced"
    PREMIUM = "premium"


class ModelCapability(StrEnum):
    """What a model can be asked for."""

    CHAT = "chat"
    STREAMING = "streaming"
    JSON_SCHEMA = "json_schema"
    TOOLS = "tools"
    VISION = "vision"
    REASONING = "reasoning"
    STRATEGY_DESIGN = "strategy_design"
    EMBEDDING = "embedding"


class SystemRole(StrEnum):
    """Under which role a model takes its instructions; `none` means inside the user's message."""

    SYSTEM = "system"
    DEVELOPER = "developer"
    NONE = "none"


class CachedTokens(StrEnum):
    """Whether a provider counts what it reads from a cache, or writes to one, among the prompt's tokens or beside."""

    INCLUDED = "included"
    APART = "apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPrice:
    """What a million tokens cost from a day on.

    Units: USD per million tokens. A bucket without a price of its own costs what plain input costs.
    """

    valid_from: date
    source: str
    input_usd_per_mtok: Decimal
    output_usd_per_mtok: Decimal | None = None
    cached_input_usd_per_mtok: Decimal | None = None
    cache_write_usd_per_mtok: Decimal | None = None

    def __post_init__(self) -> None:
        for name, price in self.buckets():
            exponent = price.as_tuple().exponent
            if not price.is_finite() or price < 0 or (isinstance(exponent, int) and exponent < -PRICE_DECIMALS):
                message = f"must be 0 or more with at most {PRICE_DECIMALS} decimals, not {price}"
                raise ConfigurationError(Violation(field=name, message=message))

    def buckets(self) -> Iterator[tuple[str, Decimal]]:
        """Each price that is stated, by name."""
        for name in (
            "input_usd_per_mtok", "cached_input_usd_per_mtok", "cache_write_usd_per_mtok", "output_usd_per_mtok",
        ):  # fmt: skip
            price: Decimal | None = getattr(self, name)
            if price is not None:
                yield name, price

    @property
    def version(self) -> str:
        """The name a ledger row keeps of this price; another amount in any bucket is another name."""
        return f"{self.dated}{DIGEST_MARK}{_digest(self)}"

    @property
    def dated(self) -> str:
        """Source and day alone, which is what rows kept before their prices were."""
        return f"{self.source}@{self.valid_from.isoformat()}"


@lru_cache(maxsize=1_024)
def _digest(price: TokenPrice) -> str:
    """Of the stated amounts, 0.6 and 0.60 being one. Every call asks for it, of few prices."""
    stated = ";".join(f"{name}={amount.normalize():f}" for name, amount in price.buckets())
    return hashlib.sha256(stated.encode()).hexdigest()[:DIGEST_DIGITS]


FREE = TokenPrice(
    valid_from=date(1970, 1, 1), source="free", input_usd_per_mtok=Decimal(0), output_usd_per_mtok=Decimal(0)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """One model: who serves it, what it can do, its limits in tokens, its prices."""

    model_id: str
    provider: str
    tier: ModelTier
    capabilities: frozenset[ModelCapability]
    context_window: int
    max_output_tokens: int = 0
    prices: tuple[TokenPrice, ...] = ()
    free: bool = False
    languages: tuple[str, ...] = ()
    supports_rag: bool = False
    description: str = ""
    dimensions: int | None = None
    encoding: str = "o200k_base"
    token_parameter: str = "max_completion_tokens"  # noqa: S105  # the name of a parameter
    system_role: SystemRole = SystemRole.SYSTEM
    takes_temperature: bool = True
    in_process: bool = False
    cached_tokens: CachedTokens = CachedTokens.INCLUDED

    def can(self, capability: ModelCapability) -> bool:
        """Whether the model has the capability."""
        return capability in self.capabilities

    def speaks(self, language: str) -> bool:
        """Whether prose in the language can be asked of it; no list means every language."""
        return not self.languages or language in self.languages

    def price_at(self, at: datetime) -> TokenPrice:
        """The price in force. Raises: UnpricedModel, unless the model is declared free."""
        if self.free:
            return FREE
        in_force = [price for price in self.prices if price.valid_from <= at.date()]
        if not in_force:
            raise UnpricedModel(self.model_id, at)
        return max(in_force, key=lambda price: price.valid_from)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCatalogue:
    """Every model that may be named, under one version."""

    version: str
    models: tuple[ModelConfig, ...]

    def __iter__(self) -> Iterator[ModelConfig]:
        return iter(self.models)

    def get(self, model_id: str) -> ModelConfig:
        """The model of that id. Raises: UnknownModel."""
        for model in self.models:
            if model.model_id == model_id:
                return model
        raise UnknownModel(model_id)

    def price_of(self, model_id: str, *, at: datetime) -> TokenPrice:
        """The price in force. Raises: UnknownModel, UnpricedModel."""
        return self.get(model_id).price_at(at)

    def select(
        self, *, tier: ModelTier | None = None, capability: ModelCapability | None = None
    ) -> Iterable[ModelConfig]:
        """The models of a tier and with a capability; None does not narrow."""
        return (m for m in self.models if tier in (None, m.tier) and (capability is None or m.can(capability)))
