"""Failures of those who come in: whose tokens cannot be checked, and who comes too often; in the tree of `errors`."""

from domain.errors import DomainError, Refused, Unavailable, Violation


class IssuerUnavailable(Unavailable):
    """Who issues tokens does not answer, so that it cannot be known whether one of them holds."""

    code = "issuer-unavailable"
    title = "The token issuer is unavailable"


class RateLimited(DomainError):
    """A call that does not fit into a rate limit now; the same one would at `retry_after_seconds`, and not before.

    Of concurrent calls nobody knows when one ends: there it is when to try again.
    """

    code = "rate-limited"
    title = "A rate limit is reached"

    def __init__(self, *, rule: str, unit: str, limit: int, retry_after_seconds: int) -> None:
        super().__init__(
            f"rate limit {rule!r} allows {limit} {unit}; try again in {retry_after_seconds} s",
            rule=rule,
            unit=unit,
            limit=limit,
            retry_after_seconds=retry_after_seconds,
        )
        self.retry_after_seconds = retry_after_seconds


class CallTooLarge(Refused):
    """A call that may use more than a rate limit allows in a minute: waiting would not help."""

    code = "call-too-large"
    title = "This call can never fit into a rate limit"

    def __init__(self, *, rule: str, unit: str, limit: int, needed: int) -> None:
        message = f"may use up to {needed} tokens, and rate limit {rule!r} allows {limit} {unit}; ask for less"
        super().__init__(
            Violation(field="", message=message), detail=f"this call {message}", rule=rule, unit=unit, limit=limit
        )
