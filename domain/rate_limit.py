"""Rate limits: how much may be asked in a minute, and how much at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from domain.access_errors import CallTooLarge, RateLimited
from domain.generation import Caller

BUCKET_MS = 100
BUCKETS = 600
"""A window is a minute, and counts in tenths of a second. A tenth in which it began counts whole: never too little."""
SLOT_RETRY_MS = 1_000
"""When to try again where too many calls run at once: nobody knows when one of them ends."""


class RateUnit(StrEnum):
    """What a limit counts."""

    REQUESTS = "requests_per_minute"
    TOKENS = "tokens_per_minute"
    CONCURRENT = "concurrent"


class RateSubject(StrEnum):
    """Who has a count of their own under a rule."""

    USER = "user"
    KEY = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateDemand:
    """What one call needs of one limit. Demands of the same rule, unit and subject are counted together."""

    rule: str
    unit: RateUnit
    subject: str
    limit: int
    amount: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRule:
    """Limits on what each user or each key, or all of them together, may ask of one service or model, or of any.

    A member that is None does not narrow, or does not limit.
    """

    name: str
    each: RateSubject | None = None
    service: str | None = None
    model_id: str | None = None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    concurrent: int | None = None

    def covers(self, *, service: str, model_id: str) -> bool:
        """Whether a call counts under this rule."""
        return self.service in (None, service) and self.model_id in (None, model_id)

    def demands(self, caller: Caller, *, tokens: int) -> Iterator[RateDemand]:
        """What a call that may use so many tokens needs of this rule.

        A request is counted once, however many calls it takes to answer it. What nobody waits for, as indexing, takes
        no more than half of a limit, so that it never stands in the way of those who wait.
        """
        needs = (
            (RateUnit.REQUESTS, self.requests_per_minute, 0 if self.name in caller.counted else 1),
            (RateUnit.TOKENS, self.tokens_per_minute, tokens),
            (RateUnit.CONCURRENT, self.concurrent, 1),
        )
        for unit, limit, amount in needs:
            if limit is not None and amount > 0:
                allowed = max(1, limit // 2) if caller.in_background else limit
                yield RateDemand(rule=self.name, unit=unit, subject=self._subject(caller), limit=allowed, amount=amount)

    def _subject(self, caller: Caller) -> str:
        principal = caller.principal
        if self.each is RateSubject.USER:
            return principal.user_id
        if self.each is RateSubject.KEY:
            return principal.key_id or f"no key: {principal.user_id}"
        return ""


def demands_of(
    rules: Iterable[RateRule], caller: Caller, *, service: str, model_id: str, tokens: int
) -> tuple[RateDemand, ...]:
    """What a call needs of every rule that covers it. Raises: CallTooLarge where it can never fit into one of them."""
    covering = (rule for rule in rules if rule.covers(service=service, model_id=model_id))
    demands = tuple(demand for rule in covering for demand in rule.demands(caller, tokens=tokens))
    for demand in demands:
        if demand.amount > demand.limit:
            raise CallTooLarge(rule=demand.rule, unit=demand.unit.value, limit=demand.limit, needed=demand.amount)
    return demands


def refusal(demand: RateDemand, *, wait_ms: int) -> RateLimited:
    """What whoever asked for too much is told: whole seconds, after which it fits, and one less would not do."""
    return RateLimited(
        rule=demand.rule,
        unit=demand.unit.value,
        limit=demand.limit,
        retry_after_seconds=max(1, -(-wait_ms // 1000)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTicket:
    """What was taken for a call, and when, by the limiter's own clock. It is given back when the call has ended."""

    ticket_id: str
    demands: tuple[RateDemand, ...]
    taken_at_ms: int


@dataclass(slots=True, kw_only=True)
class SlidingWindow:
    """What was taken in the last minute, by the tenth of a second in which it was, oldest first.

    In no stretch of 60 s more than the limit is taken; whoever is alone can take 99.8 % of it in each.
    Units: times are milliseconds of a clock that never goes back.
    """

    amounts: dict[int, int] = field(default_factory=dict)
    total: int = 0

    def wait_ms(self, amount: int, *, limit: int, at_ms: int) -> int:
        """How long until so much fits, if nobody else comes and nothing is given back; 0 where it fits now."""
        self._forget(at_ms)
        excess = self.total + amount - limit
        if excess <= 0:
            return 0
        for bucket, taken in self.amounts.items():
            excess -= taken
            if excess <= 0:
                return (bucket + BUCKETS + 1) * BUCKET_MS - at_ms
        raise ValueError(f"{amount} can never fit into {limit}")

    def take(self, amount: int, *, at_ms: int) -> None:
        """It counts from now on."""
        bucket = at_ms // BUCKET_MS
        self.amounts[bucket] = self.amounts.get(bucket, 0) + amount
        self.total += amount

    def correct(self, amount: int, *, taken_at_ms: int) -> None:
        """What was taken then was more than was known, or less; what no longer counts stays as it is."""
        bucket = taken_at_ms // BUCKET_MS
        if bucket in self.amounts:
            self.amounts[bucket] += amount
            self.total += amount

    def is_empty(self, *, at_ms: int) -> bool:
        """Whether nothing counts any more."""
        self._forget(at_ms)
        return not self.amounts

    def _forget(self, at_ms: int) -> None:
        oldest = at_ms // BUCKET_MS - BUCKETS
        while self.amounts and (first := next(iter(self.amounts))) < oldest:
            self.total -= self.amounts.pop(first)
