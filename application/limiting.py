"""Rate limits around calls to models."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from application.ports.rate_limiter import RateLimiter
from domain.access_errors import RateLimited
from domain.catalogue import ModelConfig
from domain.errors import StoreUnavailable
from domain.generation import Caller
from domain.governance import Governance
from domain.policy import ServiceModelPolicy
from domain.rate_limit import RateTicket, demands_of

logger = logging.getLogger("quantrail.limits")
LEASE_SECONDS = 30.0
"""How much longer than a call may take its place is kept: as long as its row waits to be settled."""


@dataclass(slots=True, kw_only=True)
class Admission:
    """A call that was let in; `tokens` is what it used. None: nobody can tell, so what it may use stays taken."""

    tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Lets calls in as the rate limits allow; `refused` counts those it did not, by rule and unit."""

    limiter: RateLimiter
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)

    @asynccontextmanager
    async def admitted(
        self, caller: Caller, *, rules: Governance, policy: ServiceModelPolicy, model: ModelConfig, tokens: int
    ) -> AsyncIterator[Admission]:
        """The call may be made while the block runs, and use so many tokens; the block says what it did use.

        Raises: RateLimited, CallTooLarge, StoreUnavailable where it cannot be known: an outage lets nobody in.
        """
        demands = demands_of(rules.rate_limits, caller, service=policy.service, model_id=model.model_id, tokens=tokens)
        admission = Admission()
        if not demands:
            yield admission
            return
        try:
            lease = policy.timeout_seconds + LEASE_SECONDS
            ticket = await self.limiter.admit(demands, lease_seconds=lease)
        except RateLimited as refused:
            self.refused[str(refused.facts["rule"]), str(refused.facts["unit"])] += 1
            raise
        caller.counted.update(demand.rule for demand in demands)
        try:
            yield admission
        finally:
            await asyncio.shield(self._settle(ticket, admission.tokens))

    async def _settle(self, ticket: RateTicket, tokens: int | None) -> None:
        """The answer is there, and is not lost over this: what cannot be given back comes back by itself, in time."""
        try:
            await self.limiter.settle(ticket, tokens=tokens)
        except StoreUnavailable as failure:
            logger.warning("rate_limits_not_settled", extra={"code": failure.code})
