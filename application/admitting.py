"""Calls let in by the rate limits, for what they are charged in the end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from application.limiting import Limits
from application.operation import Call


@asynccontextmanager
async def admitted_call(limits: Limits, call: Call) -> AsyncIterator[None]:
    """As `Limits.admitted`, for the most that the call may use; what its operation is charged meanwhile is what it did.

    An attempt that nobody worked for is charged nothing, and a stream that broke off at what was reckoned.
    """
    most, before = call.most.total_tokens, call.operation.usage.total_tokens
    async with limits.admitted(
        call.caller, rules=call.rules, policy=call.policy, model=call.model, tokens=most
    ) as admission:
        try:
            yield
        finally:
            admission.tokens = call.operation.usage.total_tokens - before
