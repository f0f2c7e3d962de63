"""One attempt of a call: the row that it opens, and how it may end."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from application.operation import Call
from application.ports.system import Clock
from domain.budget import Hold
from domain.errors import DeadlineExceeded, DomainError, UnpricedModel, UnusableCompletion
from domain.provider_errors import ProviderBrokeOff, UnusableAnswer
from domain.usage import Settlement, TokenUsage, UsageEntry, UsageStatus, at_dearest, cost_of, uncached

SETTLING_SECONDS = 30.0
"""How long after its time-out a call may still be settled, before the sweeper does it."""
ABANDONED = "abandoned"
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A row, pending until one of the settlements below ends it."""

    call: Call
    entry: UsageEntry
    began: float
    clock: Clock

    @staticmethod
    def of(call: Call, *, entry_id: str, clock: Clock, left_seconds: float) -> "Attempt":
        """The next one of its operation, at the most that it can come to. Raises: UnpricedModel."""
        now = clock.now()
        price = call.model.price_at(now)
        most = at_dearest(call.most, price)
        entry = UsageEntry(
            entry_id=entry_id,
            operation_id=call.operation.operation_id,
            attempt=call.operation.next_attempt(),
            request_id=call.caller.request_id,
            at=now,
            deadline_at=now + timedelta(seconds=left_seconds + SETTLING_SECONDS),
            user_id=call.caller.principal.user_id,
            service=call.policy.service,
            provider=call.model.provider,
            model_id=call.model.model_id,
            prompt_version=call.prompt_version,
            price_version=price.version,
            usage=most,
            cost_usd=cost_of(most, price),
            key_id=call.caller.principal.key_id,
        )
        return Attempt(call=call, entry=entry, began=clock.elapsed(), clock=clock)

    def holds(self) -> list[Hold]:
        """What it holds of each budget that it counts against."""
        entry = self.entry
        rules = self.call.rules.budgets_for(user_id=entry.user_id, service=entry.service, model_id=entry.model_id)
        return [
            rule.hold(user_id=entry.user_id, at=entry.at, usage=entry.usage, cost_usd=entry.cost_usd) for rule in rules
        ]

    def answered(self, usage: TokenUsage, *, reason: str | None = None) -> Settlement:
        """It used so much, as reported or as estimated."""
        cost = cost_of(usage, self.call.model.price_at(self.entry.at))
        status = UsageStatus.ESTIMATED if usage.estimated else UsageStatus.SETTLED
        return self._ended(status, usage, cost, reason, saved_usd=self._at_default(usage) - cost)

    def at_most(self, reason: str) -> Settlement:
        """The provider may have worked for it, and nobody can tell how much: what was held is charged."""
        return self._ended(UsageStatus.ESTIMATED, self.entry.usage, self.entry.cost_usd, reason)

    def not_worked_for(self, reason: str) -> Settlement:
        """No provider asks for money: nothing was sent, or it was refused."""
        return self._ended(UsageStatus.FAILED, TokenUsage(), NOTHING, reason)

    def failed(self, failure: DomainError) -> Settlement:
        """Charged as it says, else at the most, or nothing where it says that no provider worked."""
        if isinstance(failure, UnusableAnswer):
            return self.answered(failure.usage, reason=failure.code)
        return self.at_most(failure.code) if worked_for(failure) else self.not_worked_for(failure.code)

    def _ended(
        self,
        status: UsageStatus,
        usage: TokenUsage,
        cost_usd: Decimal,
        reason: str | None,
        *,
        saved_usd: Decimal = NOTHING,
    ) -> Settlement:
        return Settlement(
            status=status,
            usage=usage,
            cost_usd=cost_usd,
            saved_cost_usd=saved_usd,
            settled_at=self.clock.now(),
            latency_ms=round((self.clock.elapsed() - self.began) * 1000),
            reason=reason,
        )

    def _at_default(self, usage: TokenUsage) -> Decimal:
        """What the policy's default model would have cost, with no cache."""
        call, whole = self.call, uncached(usage)
        known = map(call.rules.catalogue.get, call.policy.defaults)
        default = next((model for model in known if model.provider == call.model.provider), call.model)
        try:
            return cost_of(whole, default.price_at(self.entry.at))
        except UnpricedModel:
            return cost_of(whole, call.model.price_at(self.entry.at))


def worked_for(failure: DomainError) -> bool:
    """Whether a provider may ask for money all the same: it answered nonsense, too late, or until the line broke."""
    return isinstance(failure, ProviderBrokeOff | UnusableCompletion | DeadlineExceeded)
