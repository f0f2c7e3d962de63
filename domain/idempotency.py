"""Failures of requests that are sent under a key so that they are paid for once, in the tree of `errors`."""

from domain.errors import DomainError


class KeyReused(DomainError):
    """A key that its user has sent with another request already."""

    code = "idempotency-key-reused"
    title = "This Idempotency-Key belongs to another request"

    def __init__(self, key: str) -> None:
        super().__init__(
            f"the Idempotency-Key {key!r} came first with another path, query, body or kind of credential; "
            "give a new request a key of its own",
            idempotency_key=key,
        )


class RequestInProgress(DomainError):
    """A request whose first sending is still being answered."""

    code = "request-in-progress"
    title = "This request is being answered"

    def __init__(self, key: str, *, retry_after_seconds: float) -> None:
        super().__init__(
            f"the request with the Idempotency-Key {key!r} is still being answered; send it again to get its answer",
            idempotency_key=key,
            retry_after_seconds=retry_after_seconds,
        )
