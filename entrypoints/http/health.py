"""`/health`: for whoever keeps the service running. No credential is asked."""

from typing import Any

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from application.use_cases.check_readiness import CheckReadiness


class Alive(msgspec.Struct, frozen=True, kw_only=True):
    """The process answers."""

    status: str


class PartBody(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the service and its state."""

    ready: bool
    state: str


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether every part works: `ready`, or `unavailable` with status 503."""

    status: str
    parts: dict[str, PartBody]


@get("/live", security=[])
async def live() -> Alive:
    """The process answers."""
    return Alive(status="alive")


@get(
    "/ready",
    security=[],
    responses={503: ResponseSpec(Readiness, description="A part does not work", generate_examples=False)},
)
async def ready(readiness: NamedDependency[CheckReadiness]) -> Response[Readiness]:
    """Each part (database, vector store, models) and its state."""
    states = await readiness()
    works = all(part.ready for part in states)
    parts = {part.name: PartBody(ready=part.ready, state=part.state) for part in states}
    body = Readiness(status="ready" if works else "unavailable", parts=parts)
    return Response(body, status_code=200 if works else 503)


def router(dependencies: dict[str, Any]) -> Router:
    """Both, under their path."""
    return Router("/health", route_handlers=[live, ready], dependencies=dependencies, tags=["health"])
