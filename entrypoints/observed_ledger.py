"""The book of calls, with a line in the log for each of them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from application.ports.signal import Signal
from application.ports.usage_ledger import UsageLedger
from domain.budget import Hold
from domain.figures import code_of
from domain.usage import Settlement, UsageEntry
from entrypoints.tracing import current_trace

logger = logging.getLogger("quantrail.calls")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedLedger:
    """The same ledger; lines of the work that opened a call carry its operation id from then on.

    `counting` hears of every change of a counter.
    """

    ledger: UsageLedger
    counting: Signal

    async def open(self, entry: UsageEntry, *, holds: Sequence[Hold] = ()) -> None:
        """As the port says."""
        current_trace().operation_id = entry.operation_id
        await self.ledger.open(entry, holds=holds)
        self.counting.notify()
        if logger.isEnabledFor(logging.INFO):
            called = {"service": entry.service, "provider": entry.provider, "model_id": entry.model_id}
            logger.info("call_opened", extra={"entry_id": entry.entry_id, "attempt": entry.attempt, **called})

    async def settle(self, entry_id: str, settlement: Settlement) -> bool:
        """As the port says."""
        settled = await self.ledger.settle(entry_id, settlement)
        current_trace().charged |= settlement.cost_usd > 0
        self.counting.notify()
        if settled and logger.isEnabledFor(logging.INFO):
            logger.info("call_settled", extra={"entry_id": entry_id, **_told(settlement)})
        return settled

    async def settle_overdue(self, *, at: datetime) -> int:
        """As the port says."""
        return await self.ledger.settle_overdue(at=at)


def _told(settlement: Settlement) -> dict[str, object]:
    usage, reason = settlement.usage, settlement.reason
    return {
        "status": settlement.status.value,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": str(settlement.cost_usd),
        "ms": settlement.latency_ms,
        # A code of ours; whatever else stands there may be a provider's words.
        "reason": code_of(reason),
    }
