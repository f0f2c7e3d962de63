"""Every failure a caller may hear of.

DomainError
├── Refused                      a value that cannot be accepted, each violation named
│   ├── ImpossibleBacktest
│   ├── InvalidStrategy
│   ├── InvalidQuestion
│   ├── UnknownModel
│   ├── UnknownService
│   ├── RetrievalNotSupported
│   └── UnpricedModel            and DetailPruned (ledger_errors.py)
├── Unauthenticated              no credential, or one that does not hold
├── Forbidden                    known, and not allowed
│   ├── ModelNotAllowed
│   ├── ServiceNotAllowed
│   └── RoleRequired
├── NotFound                     also for what belongs to somebody else
├── BacktestConflict             the same id with other content
├── TurnConflict                 and ConversationBusy: others talk in this conversation (conversation_errors.py)
├── KeyReused, RequestInProgress an Idempotency-Key of another request, or of one under way (idempotency.py)
├── RuleStandsElsewhere          and SteepPriceChange: rules set at run time (rule_errors.py)
├── BudgetExhausted, RateLimited (access_errors.py, as CallTooLarge and IssuerUnavailable)
├── UnusableCompletion           the answer cannot be used (UnusableAnswer, provider_errors.py: it says what it took)
├── Unavailable                  a part is down; trying again later may help
│   ├── ProviderUnavailable      (ProviderBrokeOff, provider_errors.py: it may have worked for us)
│   ├── ProviderThrottled
│   ├── ModelUnavailable
│   └── StoreUnavailable         and UserBeingErased (erasure.py)
├── DeadlineExceeded
└── ConfigurationError           the service cannot start like this
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One thing that is wrong, and where: `field` is a path such as `metrics.win_rate`."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class DomainError(Exception):
    """A failure with a stable code and the facts a caller needs to act on it."""

    code = "failure"
    title = "The request failed"

    def __init__(self, detail: str, **facts: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts: Mapping[str, object] = facts


class Refused(DomainError):
    """A value that is readable and cannot be accepted."""

    code = "refused"
    title = "A value is refused"

    def __init__(self, *violations: Violation, detail: str | None = None, **facts: object) -> None:
        super().__init__(detail or "; ".join(map(str, violations)), violations=violations, **facts)
        self.violations = violations


class ImpossibleBacktest(Refused):
    """A backtest whose members contradict each other."""

    code = "impossible-backtest"
    title = "This backtest cannot be"


class InvalidStrategy(Refused):
    """A strategy that no engine could run as written."""

    code = "invalid-strategy"
    title = "This strategy is not valid"


class InvalidQuestion(Refused):
    """A question, or a setting of a search, that is out of range."""

    code = "invalid-question"
    title = "This question cannot be asked"


class UnknownModel(Refused):
    """A model that is not in the catalogue."""

    code = "unknown-model"
    title = "This model is not in the catalogue"

    def __init__(self, model_id: str) -> None:
        super().__init__(
            Violation(field="model_id", message=f"no model {model_id!r} in the catalogue"), model_id=model_id
        )


class UnknownService(Refused):
    """A service that no policy names."""

    code = "unknown-service"
    title = "No policy names this service"

    def __init__(self, service: str, known: tuple[str, ...]) -> None:
        message = f"no service {service!r}; known: {', '.join(known)}"
        super().__init__(Violation(field="service", message=message), service=service, known=known)


class RetrievalNotSupported(Refused):
    """Retrieval asked of a model that the catalogue does not offer it with."""

    code = "retrieval-not-supported"
    title = "This model does not support retrieval"

    def __init__(self, model_id: str) -> None:
        message = f"{model_id} does not support retrieval"
        super().__init__(Violation(field="model_id", message=message), model_id=model_id)


class UnpricedModel(Refused):
    """A model with no price at that time and not declared free: it is never called."""

    code = "unpriced-model"
    title = "This model has no price"

    def __init__(self, model_id: str, at: datetime) -> None:
        message = f"{model_id} has no price valid on {at.date().isoformat()} and is not declared free"
        super().__init__(Violation(field="model_id", message=message), model_id=model_id)


class Unauthenticated(DomainError):
    """No credential, or one that does not hold."""

    code = "unauthenticated"
    title = "A valid credential is needed"


class Forbidden(DomainError):
    """Known, and not allowed."""

    code = "forbidden"
    title = "This is not allowed"


class ModelNotAllowed(Forbidden):
    """A known model that the service's policy, or the caller's key, does not allow."""

    code = "model-not-allowed"
    title = "This model is not allowed here"

    def __init__(self, *, service: str, model_id: str, allowed: tuple[str, ...], why: str) -> None:
        super().__init__(
            f"{model_id} is not allowed for {service}: {why}", service=service, model_id=model_id, allowed=allowed
        )


class ServiceNotAllowed(Forbidden):
    """A service that the caller's key does not include."""

    code = "service-not-allowed"
    title = "This service is not allowed"

    def __init__(self, service: str) -> None:
        super().__init__(f"this key may not use the service {service}", service=service)


class RoleRequired(Forbidden):
    """An act that needs a role the caller lacks."""

    code = "role-required"
    title = "Another role is needed"

    def __init__(self, *roles: str) -> None:
        super().__init__(f"this needs the role {' or '.join(roles)}", roles=roles)


class NotFound(DomainError):
    """No such thing for this user; what belongs to somebody else answers the same."""

    code = "not-found"
    title = "There is no such thing"

    def __init__(self, kind: str, identifier: str) -> None:
        super().__init__(f"no {kind} {identifier!r}", kind=kind, id=identifier)


class BacktestConflict(DomainError):
    """The same user's same id with other content."""

    code = "backtest-conflict"
    title = "This backtest_id is taken"

    def __init__(self, backtest_id: str) -> None:
        super().__init__(
            f"backtest {backtest_id!r} is already stored with other content; give the new run an id of its own",
            backtest_id=backtest_id,
        )


class BudgetExhausted(DomainError):
    """What does not fit into a budget; `never_fits` says that it is more than the whole budget."""

    code = "budget-exhausted"
    title = "A budget is used up"

    def __init__(
        self, *, rule: str, unit: str, limit: Decimal, spent: Decimal, held: Decimal, left: Decimal,
        needed: Decimal, resets_at: datetime,
    ) -> None:  # fmt: skip
        super().__init__(
            f"budget {rule!r} has {left} {unit} of {limit} left ({spent} spent, {held} held for calls under way) "
            f"and this call may need {needed}; it resets at {resets_at.isoformat()}",
            rule=rule, unit=unit, limit=limit, spent=spent, held=held, left=left, needed=needed, resets_at=resets_at,
        )  # fmt: skip
        self.resets_at = resets_at
        self.never_fits = needed > limit


class UnusableCompletion(DomainError):
    """The model answered, and after all repairs the answer still cannot be used."""

    code = "unusable-completion"
    title = "The model's answer cannot be used"

    def __init__(self, detail: str, *, violations: tuple[Violation, ...] = (), **facts: object) -> None:
        super().__init__(detail, violations=violations, **facts)
        self.violations = violations


class Unavailable(DomainError):
    """A part is down. Nothing was lost; the same request may work after `retry_after_seconds`."""

    code = "unavailable"
    title = "A part of the service is unavailable"

    def __init__(self, part: str, detail: str, *, retry_after_seconds: float = 5.0, **facts: object) -> None:
        super().__init__(detail, part=part, retry_after_seconds=retry_after_seconds, **facts)
        self.part = part
        self.retry_after_seconds = retry_after_seconds


class ProviderUnavailable(Unavailable):
    """A model provider that cannot be reached or fails by itself."""

    code = "provider-unavailable"
    title = "The model provider is unavailable"


class ProviderThrottled(ProviderUnavailable):
    """A model provider that refuses us for now."""

    code = "provider-throttled"
    title = "The model provider refuses more requests for now"


class ProviderRejected(ProviderUnavailable):
    """A model provider that refuses our request or our credential for good: trying again does not help by itself."""

    code = "provider-rejected"
    title = "The model provider rejects the request"


class ModelUnavailable(Unavailable):
    """A model that is allowed and that no configured provider serves."""

    code = "model-unavailable"
    title = "No configured provider serves this model"


class StoreUnavailable(Unavailable):
    """A database or a vector store that does not answer. Never an empty result."""

    code = "store-unavailable"
    title = "A store is unavailable"


class DeadlineExceeded(DomainError):
    """The time allowed for the whole request has passed."""

    code = "deadline-exceeded"
    title = "The deadline has passed"


class ConfigurationError(DomainError):
    """The service cannot start like this; every mistake is listed."""

    code = "configuration-error"
    title = "The configuration cannot be used"

    def __init__(self, *violations: Violation) -> None:
        super().__init__("\n".join(map(str, violations)), violations=violations)
        self.violations = violations
