"""Check the ledger against its own rows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from application.ports.governance import GovernanceSource
from application.ports.ledger_audit import LedgerAudit
from domain.catalogue import FREE, ModelCatalogue, TokenPrice
from domain.ledger_audit import Difference, LedgerCheck, LedgerFindings, Uncharged
from domain.usage import cost_of

MOST = 1_000
"""Of each check: whoever finds as many looks for one cause, not for the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyLedger:
    """Every counter, hold, sum and row is recomputed; what differs is named, and calls that cost nothing by mistake."""

    ledger: LedgerAudit
    governance: GovernanceSource

    async def __call__(self) -> LedgerFindings:
        findings = await self.ledger.audit(most=MOST)
        catalogue = self.governance.current().catalogue
        unpaid = (_unpaid(uncharged, catalogue) for uncharged in findings.uncharged)
        return replace(findings, differences=(*findings.differences, *filter(None, unpaid)), uncharged=())


def _unpaid(uncharged: Uncharged, catalogue: ModelCatalogue) -> Difference | None:
    """None where the price of these rows says that their tokens cost nothing."""
    named = uncharged.price_version
    # Rows kept before their prices were name them by source and day alone.
    price = next((p for p in _prices(uncharged.model_id, catalogue) if named in (p.version, p.dated)), None)
    if price is not None and cost_of(uncharged.usage, price) == 0:
        return None
    expected = "a price that says 0" if price is None else f"{cost_of(uncharged.usage, price)} USD"
    subject = f"{uncharged.model_id} at {uncharged.price_version}, {uncharged.rows} rows such as {uncharged.example}"
    return Difference(check=LedgerCheck.PRICE, subject=subject, expected=expected, found="tokens that cost nothing")


def _prices(model_id: str, catalogue: ModelCatalogue) -> Iterator[TokenPrice]:
    yield FREE
    for model in catalogue:
        if model.model_id == model_id:
            yield from model.prices
