"""Close what a crash left open in the ledger."""

from dataclasses import dataclass

from application.ports.system import Clock
from application.ports.usage_ledger import UsageLedger


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleOverdueCalls:
    """Every call still pending past its deadline is charged at its estimate and marked; how many they were."""

    ledger: UsageLedger
    clock: Clock

    async def __call__(self) -> int:
        return await self.ledger.settle_overdue(at=self.clock.now())
