"""`/api/v1/admin/ledger/reconcile`: a provider's invoice against the ledger."""

import asyncio
from typing import Any

from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from application.use_cases.reconcile_ledger import ReconcileLedger
from entrypoints.http.problems import documented
from entrypoints.http.reconciliation_body import InvoiceBody, ReconciliationBody
from entrypoints.http.wiring import CallerOf, admin_only


@post("/reconcile", status_code=200, responses=documented(403, 413, 422, 503))
async def reconcile_ledger(
    data: JSONBody[InvoiceBody], caller: CallerOf, reconcile: NamedDependency[ReconcileLedger]
) -> ReconciliationBody:
    """Compare an invoice with the ledger by UTC day and model; the rows behind each difference, likeliest first."""
    admin_only(caller)
    # Apart from the event loop: an invoice of 10 MB takes a second, in which others want their answers.
    invoice, tolerance, covers = await asyncio.to_thread(data.read)
    return ReconciliationBody.of(await reconcile(invoice, tolerance=tolerance, covers=covers, rows=data.rows))


def router(dependencies: dict[str, Any]) -> Router:
    """It, under its path."""
    return Router(
        "/api/v1/admin/ledger", route_handlers=[reconcile_ledger], dependencies=dependencies, tags=["operations"]
    )
