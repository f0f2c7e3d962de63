"""Who counts how much was asked in the last minute."""

from collections.abc import Sequence
from typing import Protocol

from domain.rate_limit import RateDemand, RateTicket


class RateLimiter(Protocol):
    """Counts by one clock of its own, for every process that shares it."""

    async def admit(self, demands: Sequence[RateDemand], *, lease_seconds: float) -> RateTicket:
        """Every demand is taken, or none where one does not fit.

        A place among concurrent calls is free again once the ticket is settled, or after the lease, where whoever
        held it is gone.
        Raises: RateLimited for the demand that has to wait longest, the first of several; StoreUnavailable.
        """

    async def settle(self, ticket: RateTicket, *, tokens: int | None) -> None:
        """The call has ended: its places are free, and its tokens are those that it used, from when they were taken.

        Where nobody knows how many they were, None, what was taken stays taken. A second time, or after the lease, it
        changes nothing.
        Raises: StoreUnavailable.
        """


class RateForgetter(Protocol):
    """What a limiter counts of one subject, to be forgotten."""

    async def forget(self, subject: str) -> None:
        """Nothing is counted of it any more, under any rule. Raises: StoreUnavailable."""
