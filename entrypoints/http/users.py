"""`/api/v1/admin/users`: all that a user has, removed."""

from typing import Any

import msgspec
from litestar import Router, delete
from litestar.di import NamedDependency
from litestar.params import FromPath

from application.use_cases.erase_user import EraseUser
from domain.erasure import Erased
from domain.identity import UserScope
from entrypoints.http.asgi import with_slashes
from entrypoints.http.problems import documented
from entrypoints.http.wiring import CallerOf, admin_only


class ErasedBody(msgspec.Struct, frozen=True, kw_only=True):
    """How much was removed, and how much stays under a pseudonym that nobody can reckon, by kind.

    A kind of which there was nothing is left out.
    """

    removed: dict[str, int]
    pseudonymised: dict[str, int]

    @staticmethod
    def of(erased: Erased) -> "ErasedBody":
        """The counts as they go out."""
        return ErasedBody(removed=dict(erased.removed), pseudonymised=dict(erased.pseudonymised))


@delete("/{user_id:str}/data", status_code=200, responses=documented(403, 422, 503))
async def erase_user(user_id: FromPath[str], caller: CallerOf, erasing: NamedDependency[EraseUser]) -> ErasedBody:
    """Remove all that a user has, for good; a second time there is nothing left to remove, and that is fine.

    What the ledger counted of them stays, under a pseudonym. What they asked for and still wait for is cut off.
    """
    admin_only(caller)
    return ErasedBody.of(await erasing(UserScope(user_id=with_slashes(user_id)), caller=caller))


def router(dependencies: dict[str, Any]) -> Router:
    """It, under its path."""
    return Router("/api/v1/admin/users", route_handlers=[erase_user], dependencies=dependencies, tags=["operations"])
