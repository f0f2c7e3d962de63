"""Check the ledger against its own rows."""

from dataclasses import dataclass, replace

from application.ports.ledger_audit import LedgerAudit
from application.ports.price_audit import PriceAudit
from domain.ledger_audit import LedgerFindings

MOST = 1_000
"""Of each check: whoever finds as many looks for one cause, not for the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyLedger:
    """Every counter, hold and sum is recomputed and every row reckoned again; what differs is named."""

    ledger: LedgerAudit
    prices: PriceAudit

    async def __call__(self) -> LedgerFindings:
        findings = await self.ledger.audit(most=MOST)
        misreckoned = await self.prices.misreckoned(most=MOST)
        return replace(findings, differences=(*findings.differences, *misreckoned))
