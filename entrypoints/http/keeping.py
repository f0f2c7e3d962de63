"""`/api/v1/admin/index/prune` and `/backup`: what is old goes, and all that is remembered in one file."""

from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

import msgspec
from litestar import Router, post
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIResponse, OpenAPIType, Operation, Schema
from litestar.params import JSONBody
from litestar.response import Stream

from application.ports.backtest_pruning import Pruned
from application.use_cases.back_up_database import BackUpDatabase
from application.use_cases.prune_backtests import PruneBacktests
from entrypoints.http.backtest_body import Wire
from entrypoints.http.problems import documented
from entrypoints.http.wiring import CallerOf, admin_only

MEDIA_TYPE = "application/zip"
MOST = 1_000_000
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=MOST)]


class PruneBody(Wire, frozen=True, kw_only=True):
    """Which backtests: recorded more than so many days ago, or beyond the latest `keep` of their user.

    Without either, as `retention` of the configuration says. Nothing goes unless `apply` is true.
    """

    older_than_days: Count | None = None
    keep: Count | None = None
    apply: bool = False


class PrunedBody(msgspec.Struct, frozen=True, kw_only=True):
    """How many backtests of how many users went, or would go where `applied` is false."""

    applied: bool
    backtests: int
    users: int

    @staticmethod
    def of(pruned: Pruned, *, applied: bool) -> "PrunedBody":
        """The counts as they go out."""
        return PrunedBody(applied=applied, backtests=pruned.backtests, users=pruned.users)


@dataclass
class AnsweredWithAFile(Operation):
    """An operation whose answer is a file."""

    def __post_init__(self) -> None:
        """It is described as bytes."""
        answer = (self.responses or {})["200"]
        if isinstance(answer, OpenAPIResponse):
            whole = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY, description="A backup")
            answer.content = {MEDIA_TYPE: OpenAPIMediaType(schema=whole)}


@post(
    "/backup",
    status_code=200,
    media_type=MEDIA_TYPE,
    operation_class=AnsweredWithAFile,
    responses=documented(403, 422, 503),
)
async def back_up_database(caller: CallerOf, copying: NamedDependency[BackUpDatabase]) -> Stream:
    """The whole database as it is now, in one file: `quantrail index restore` brings it back, on any engine.

    It holds prompts and digests of keys. Its last 64 bytes are the SHA-256 of all before them: without that it broke
    off. 422 where nothing lasts, so that there is nothing to copy.
    """
    admin_only(caller)
    return Stream(await copying(caller=caller), media_type=MEDIA_TYPE)


@post("/prune", status_code=200, responses=documented(403, 413, 422, 503))
async def prune_backtests(
    data: JSONBody[PruneBody], caller: CallerOf, letting_go: NamedDependency[PruneBacktests]
) -> PrunedBody:
    """Show which backtests are older, or more, than is to be kept; with `apply`, remove them for good.

    They go from the indexes too, soon after. No row of the ledger goes.
    """
    admin_only(caller)
    if not data.apply:
        shown = await letting_go.preview(older_than_days=data.older_than_days, keep=data.keep)
        return PrunedBody.of(shown, applied=False)
    gone = await letting_go(older_than_days=data.older_than_days, keep=data.keep, caller=caller)
    return PrunedBody.of(gone, applied=True)


def router(dependencies: dict[str, Any]) -> Router:
    """Both, under their path."""
    handlers = [prune_backtests, back_up_database]
    return Router("/api/v1/admin/index", route_handlers=handlers, dependencies=dependencies, tags=["operations"])
