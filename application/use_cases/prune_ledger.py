"""Let old rows of the ledger go."""

from dataclasses import dataclass
from datetime import UTC, timedelta

from application.ports.governance import GovernanceSource
from application.ports.ledger_pruning import LedgerPruning
from application.ports.system import Clock

AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneLedger:
    """Some rows that are older than they have to be kept are gone, and no total changes; how many they were.

    As many as `AT_ONCE` mean that there may be more.
    """

    ledger: LedgerPruning
    governance: GovernanceSource
    clock: Clock

    async def __call__(self) -> int:
        kept = timedelta(days=self.governance.current().retention.ledger_detail_days)
        first_kept = (self.clock.now().astimezone(UTC) - kept).date()
        return await self.ledger.prune(before=first_kept, limit=AT_ONCE)
