"""The ledger recomputed from its rows."""

from typing import Protocol

from domain.ledger_audit import LedgerFindings


class LedgerAudit(Protocol):
    """Reads everything as it is at one moment, while calls go on."""

    async def audit(self, *, most: int) -> LedgerFindings:
        """What is not as the rows say, at most so many of each check.

        Counters: spent and held are the sums of their holds and of what was pruned. Holds: open where their row is
        pending, else spent what the row came to. Sums: those of the rows that are kept, and of each other. Rows:
        nothing is negative, no bucket is larger than the one that includes it, and each costs what the price it names
        says, where that price is kept beside it. Raises: StoreUnavailable.
        """
