"""What a piece of work is known by, on every line of the log that it causes."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Trace:
    """One request, or one round of work in the background.

    It is an object that changes, and not a context variable a member: what a task inside learns (the user, the
    operation) must be seen by the task that began the work and writes its last line.
    """

    request_id: str | None = None
    operation_id: str | None = None
    user_id: str | None = None
    charged: bool = False
    """Whether the ledger has charged anything for it."""


_current: ContextVar[Trace | None] = ContextVar("quantrail_trace", default=None)


def current_trace() -> Trace:
    """The trace of the work under way; outside of any, one that nobody reads."""
    return _current.get() or Trace()


@contextmanager
def tracing(request_id: str) -> Iterator[Trace]:
    """Work under this id while the block runs."""
    trace = Trace(request_id=request_id)
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)
