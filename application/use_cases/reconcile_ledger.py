"""Hold a provider's invoice against the ledger."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from application.ports.governance import GovernanceSource
from application.ports.usage_ledger import UsageReport
from domain.catalogue import ModelCapability, ModelCatalogue, ModelConfig
from domain.invoice import Invoice
from domain.reconciliation import TOLERANCE, Account, Finding, Reconciliation, accounts, evidence
from domain.usage import UsageDimension, UsageEntry, UsageFilter

BY = (UsageDimension.DAY, UsageDimension.MODEL, UsageDimension.STATUS)
ALL_KINDS = frozenset({ModelCapability.CHAT, ModelCapability.EMBEDDING})
ROWS_A_PAGE = 1_000
ROWS_AT_MOST = 50_000
"""So many rows one reconciliation reads to find what is behind its differences; the sums are over all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileLedger:
    """Compare an invoice with the ledger by UTC day and model, and find the rows behind each difference.

    Of the ledger those rows count that are calls of the kinds that the invoice covers, at the providers of the models
    that it names; where the catalogue knows none of them, at every provider that has prices. Raises: StoreUnavailable.
    """

    report: UsageReport
    governance: GovernanceSource
    reads_at_most: int = ROWS_AT_MOST

    async def __call__(
        self,
        invoice: Invoice,
        *,
        tolerance: Decimal = TOLERANCE,
        covers: frozenset[ModelCapability] = ALL_KINDS,
        rows: int = ROWS_A_PAGE,
    ) -> Reconciliation:
        catalogue = self.governance.current().catalogue
        models = {model.model_id: model for model in catalogue}
        names = invoice.names(models)
        providers = _providers(catalogue, names)
        groups = await self.report.summary(_filter(invoice.first_day, invoice.last_day), by=BY)
        named = frozenset(names.values())
        counted = [g for g in groups if g.model in named or _counts(models.get(g.model or ""), providers, covers)]
        held = await asyncio.to_thread(accounts, invoice, counted, names)
        return Reconciliation(
            invoice=invoice,
            tolerance=tolerance,
            names=names,
            unknown_names=tuple(name for name, model_id in names.items() if model_id not in models),
            providers=tuple(sorted(providers)),
            accounts=tuple(held),
            findings=tuple(finding.at_most(rows) for finding in await self._findings(held, tolerance)),
        )

    async def _findings(self, held: Sequence[Account], tolerance: Decimal) -> list[Finding]:
        found, left = [], self.reads_at_most
        for account in held:
            differences = account.differences(tolerance)
            if not differences:
                continue
            entries = await self._rows(account, left)
            left -= len(entries)
            found.append(
                Finding(
                    account=account,
                    differences=differences,
                    evidence=await asyncio.to_thread(evidence, account, entries, tolerance=tolerance),
                    not_looked_at=max(0, sum(account.rows.values()) - len(entries)),
                )
            )
        return found

    async def _rows(self, account: Account, most: int) -> list[UsageEntry]:
        """The rows of a day and model, newest first, no more than so many."""
        wanted = _filter(account.day, account.day, model_id=account.model_id)
        read: list[UsageEntry] = []
        after = None
        while len(read) < most and account.rows:
            page = await self.report.entries(wanted, limit=min(ROWS_A_PAGE, most - len(read)), after=after)
            read += page.items
            after = page.next_after
            if after is None:
                break
        return read


def _filter(first: date, last: date, *, model_id: str | None = None) -> UsageFilter:
    begin, end = (datetime.combine(day, time(), UTC) for day in (first, last + timedelta(days=1)))
    return UsageFilter(since=begin, until=end, model_id=model_id)


def _providers(catalogue: ModelCatalogue, names: Mapping[str, str]) -> frozenset[str]:
    named = frozenset(model.provider for model in catalogue if model.model_id in names.values())
    return named or frozenset(model.provider for model in catalogue if not model.free)


def _counts(model: ModelConfig | None, providers: frozenset[str], covers: frozenset[ModelCapability]) -> bool:
    """A model that left the catalogue counts: nobody can say any more that the invoice is silent about it."""
    return model is None or (model.provider in providers and not covers.isdisjoint(model.capabilities))
