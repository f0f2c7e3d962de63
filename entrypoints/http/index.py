"""`/api/v1/admin/index`: how the index stands, and what is done to it as a whole."""

from typing import Annotated, Any

import msgspec
from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from application.use_cases.migrate_index import MigrateIndex
from application.use_cases.rebuild_index import RebuildIndex
from application.use_cases.show_index import ShowIndex
from application.use_cases.stop_build import StopBuild
from application.use_cases.verify_index import VerifyIndex
from entrypoints.http.backtest_body import Wire
from entrypoints.http.index_body import BuildBody, IndexStatusBody, VerifiedIndexBody
from entrypoints.http.problems import documented
from entrypoints.http.wiring import CallerOf, admin_only
from entrypoints.vector_settings import VECTOR_STORES

MOST_SAMPLED = 1_000
StoreKind = Annotated[str, msgspec.Meta(examples=["chroma"], description=f"one of {', '.join(VECTOR_STORES)}")]


class MigrateBody(Wire, frozen=True, kw_only=True):
    """`store` as QUANTRAIL_VECTOR_STORE takes it, `url` as QUANTRAIL_VECTOR_STORE_URL does, for those that need one."""

    store: StoreKind
    url: str | None = None


class VerifyBody(Wire, frozen=True, kw_only=True):
    """`sample` vectors of every user are compared with those that were paid for; `repair` mends what is found."""

    sample: Annotated[int, msgspec.Meta(ge=0, le=MOST_SAMPLED, examples=[20])] = 20
    repair: bool = False


@get("/status", responses=documented(403, 503))
async def show_index(
    *,
    caller: CallerOf,
    showing: NamedDependency[ShowIndex],
    drift: Annotated[bool, QueryParameter(description="Whether every user's cards are compared")] = True,
) -> IndexStatusBody:
    """The store, the spaces with their counts beside the archive's, what is being built and how far it is.

    Comparing cards takes longer the more there are: `drift=false` leaves it out.
    """
    admin_only(caller)
    return IndexStatusBody.of(await showing(drift=drift))


@post("/rebuild", status_code=202, responses=documented(403, 409, 503))
async def rebuild_index(caller: CallerOf, rebuilding: NamedDependency[RebuildIndex]) -> BuildBody:
    """Build the index anew beside the one that answers, from the archive alone; status shows how far it is.

    Asked for again while it goes on, it is the same build. 409 while something else is being built.
    """
    admin_only(caller)
    return BuildBody.begun(await rebuilding(caller=caller))


@post("/migrate", status_code=202, responses=documented(403, 409, 413, 422, 503))
async def migrate_index(
    data: JSONBody[MigrateBody], caller: CallerOf, migrating: NamedDependency[MigrateIndex]
) -> BuildBody:
    """Build the index in another store, which answers once it has all; status shows how far it is.

    What was embedded before is not embedded again. The settings have to name that store before the next start.
    """
    admin_only(caller)
    return BuildBody.begun(await migrating(data.store, url=data.url, caller=caller))


@delete("/build", status_code=200, responses=documented(403, 404, 503))
async def stop_build(caller: CallerOf, stopping: NamedDependency[StopBuild]) -> BuildBody:
    """Leave off what is being built, and drop it; what answers goes on to."""
    admin_only(caller)
    return BuildBody.begun(await stopping(caller=caller))


@post("/verify", status_code=200, responses=documented(403, 413, 422, 503))
async def verify_index(
    data: JSONBody[VerifyBody], caller: CallerOf, holding: NamedDependency[VerifyIndex]
) -> VerifiedIndexBody:
    """Compare every user's card ids with the archive, and a sample of vectors with those that were paid for."""
    admin_only(caller)
    return VerifiedIndexBody.of(await holding(sample=data.sample, repair=data.repair, caller=caller))


def router(dependencies: dict[str, Any]) -> Router:
    """All of it, under its path."""
    handlers = [show_index, rebuild_index, migrate_index, stop_build, verify_index]
    return Router("/api/v1/admin/index", route_handlers=handlers, dependencies=dependencies, tags=["operations"])
