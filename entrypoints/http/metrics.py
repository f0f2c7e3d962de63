"""`/metrics`: the service in figures, as Prometheus reads them. No figure tells users apart."""

from typing import Any

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from application.use_cases.measure_service import MeasureService
from domain.errors import StoreUnavailable
from domain.identity import Principal
from entrypoints.http.description import BEARER
from entrypoints.http.figures import text_of
from entrypoints.http.problems import documented
from entrypoints.http.request_metrics import RequestMetrics

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@get(
    "/metrics",
    media_type=MEDIA_TYPE,
    security=[{BEARER: []}, {}],  # either: a caller on this machine needs none
    responses={
        200: ResponseSpec(str, description="Prometheus text", media_type="text/plain", generate_examples=False),
        **documented(403, 503),
    },
)
async def read_metrics(
    scraper: NamedDependency[Principal | None],
    requests: NamedDependency[RequestMetrics],
    measure: NamedDependency[MeasureService],
) -> Response[str]:
    """Requests, tokens, cost, holds, budgets, outbox, upstream errors.

    For the roles `admin` and `service`, and without a credential for callers on this machine.
    """
    try:
        figures = await measure()
    except StoreUnavailable:
        figures = None
    return Response(requests.text() + text_of(figures), media_type=MEDIA_TYPE)


def router(dependencies: dict[str, Any]) -> Router:
    """At the root, where scrapers look."""
    return Router("/", route_handlers=[read_metrics], dependencies=dependencies, tags=["operations"])
