"""Tokens by bucket, what they cost, and the row that a call leaves in the ledger."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from domain.catalogue import TokenPrice

TOKENS_PER_MTOK = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUsage:
    """What a call used. `input_tokens` includes cached and cache-write ones, `output_tokens` the reasoning ones.

    `estimated` says that the provider did not report it.
    """

    input_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    estimated: bool = False

    def __post_init__(self) -> None:
        buckets = (
            self.input_tokens, self.cached_input_tokens, self.cache_write_tokens,
            self.output_tokens, self.reasoning_tokens,
        )  # fmt: skip
        if min(buckets) < 0:
            raise ValueError(f"a bucket of tokens is negative: {buckets}")
        if self.cached_input_tokens + self.cache_write_tokens > self.input_tokens:
            raise ValueError("cached and cache-write tokens exceed the input that includes them")
        if self.reasoning_tokens > self.output_tokens:
            raise ValueError("reasoning tokens exceed the output that includes them")

    @property
    def uncached_input_tokens(self) -> int:
        """Input that was neither read from a cache nor written to one."""
        return self.input_tokens - self.cached_input_tokens - self.cache_write_tokens

    @property
    def total_tokens(self) -> int:
        """Input and output, each token once."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: "TokenUsage") -> "TokenUsage":
        return TokenUsage(
            input_tokens=self.input_tokens + other.input_tokens,
            cached_input_tokens=self.cached_input_tokens + other.cached_input_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            reasoning_tokens=self.reasoning_tokens + other.reasoning_tokens,
            estimated=self.estimated or other.estimated,
        )


def cost_of(usage: TokenUsage, price: TokenPrice) -> Decimal:
    """What the tokens cost, exact.

    Units: USD, with no more than twelve decimals. A bucket without a price of its own costs what input costs.
    """
    base, cached, written = _input_prices(price)
    total = (
        usage.uncached_input_tokens * base
        + usage.cached_input_tokens * cached
        + usage.cache_write_tokens * written
        + usage.output_tokens * (price.output_usd_per_mtok or Decimal(0))
    )
    return total / TOKENS_PER_MTOK


def at_dearest(usage: TokenUsage, price: TokenPrice) -> TokenUsage:
    """The same tokens with all input in the bucket that costs most: what a call can come to, however it is cached."""
    base, cached, written = _input_prices(price)
    if max(cached, written) <= base:
        return uncached(usage)
    if written >= cached:
        return replace(usage, cached_input_tokens=0, cache_write_tokens=usage.input_tokens)
    return replace(usage, cached_input_tokens=usage.input_tokens, cache_write_tokens=0)


def uncached(usage: TokenUsage) -> TokenUsage:
    """The same tokens without any cache."""
    if usage.uncached_input_tokens == usage.input_tokens:
        return usage
    return replace(usage, cached_input_tokens=0, cache_write_tokens=0)


def _input_prices(price: TokenPrice) -> tuple[Decimal, Decimal, Decimal]:
    """Of a token that is merely read, read from a cache, and written to one."""
    base, cached, written = price.input_usd_per_mtok, price.cached_input_usd_per_mtok, price.cache_write_usd_per_mtok
    return base, base if cached is None else cached, base if written is None else written


class UsageStatus(StrEnum):
    """Where a ledger row stands. All but `pending` are final."""

    PENDING = "pending"
    SETTLED = "settled"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CACHED = "cached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How a call ended: what replaces the estimate in its row."""

    status: UsageStatus
    usage: TokenUsage
    cost_usd: Decimal
    settled_at: datetime
    latency_ms: int
    saved_cost_usd: Decimal = Decimal(0)
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.status is UsageStatus.PENDING:
            raise ValueError("a settlement is final, and pending is not")


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageEntry:
    """One attempt at one provider. Until it is settled, `usage` and `cost_usd` are the most it may come to."""

    entry_id: str
    operation_id: str
    attempt: int
    request_id: str
    at: datetime
    deadline_at: datetime
    user_id: str
    service: str
    provider: str
    model_id: str
    prompt_version: str | None
    price_version: str
    usage: TokenUsage
    cost_usd: Decimal
    status: UsageStatus = UsageStatus.PENDING
    saved_cost_usd: Decimal = Decimal(0)
    latency_ms: int | None = None
    reason: str | None = None
    key_id: str | None = None

    def settled(self, settlement: Settlement) -> "UsageEntry":
        """The row with its final figures; a row that is final already stays as it is."""
        if self.status is not UsageStatus.PENDING:
            return self
        return replace(
            self,
            status=settlement.status,
            usage=settlement.usage,
            cost_usd=settlement.cost_usd,
            saved_cost_usd=settlement.saved_cost_usd,
            latency_ms=settlement.latency_ms,
            reason=settlement.reason,
        )

    def unknown(self, *, at: datetime) -> Settlement:
        """The settlement of a call whose end nobody saw: its estimate, marked so."""
        waited_ms = max(0, round((at - self.at).total_seconds() * 1000))
        return Settlement(
            status=UsageStatus.UNKNOWN,
            usage=replace(self.usage, estimated=True),
            cost_usd=self.cost_usd,
            settled_at=at,
            latency_ms=waited_ms,
            reason="not settled before its deadline",
        )


class UsageDimension(StrEnum):
    """What a usage summary may be grouped by."""

    DAY = "day"
    USER = "user"
    SERVICE = "service"
    MODEL = "model"
    PROMPT_VERSION = "prompt_version"
    STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageFilter:
    """Which ledger rows are meant: `since` included, `until` excluded, None does not narrow."""

    since: datetime | None = None
    until: datetime | None = None
    user_id: str | None = None
    service: str | None = None
    model_id: str | None = None
    prompt_version: str | None = None
    status: UsageStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageGroup:
    """Sums over the rows of one group. `attempts` counts rows, `requests` those that were an operation's first."""

    day: date | None = None
    user: str | None = None
    service: str | None = None
    model: str | None = None
    prompt_version: str | None = None
    status: UsageStatus | None = None
    requests: int = 0
    attempts: int = 0
    input_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    saved_cost_usd: Decimal = Decimal(0)
