"""How handlers get what they need: the caller, and use cases from the container."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import TypeAlias, TypeVar

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide

from application.doors import UserDoors
from application.use_cases.authenticate import Authenticate
from domain.errors import Unauthenticated, Violation
from domain.generation import Caller
from domain.identity import Principal, Role
from entrypoints.http.asgi import request_id_of
from entrypoints.http.doors import come_in
from entrypoints.http.problems import Unreadable
from entrypoints.tracing import current_trace

UseCase = TypeVar("UseCase")
AnyRequest: TypeAlias = Request[Principal, None, State]
CallerOf: TypeAlias = NamedDependency[Caller]
_CALLER = "quantrail.caller"


def provide(factory: Callable[[], object]) -> Provide:
    """A dependency from a provider of the container, whose own signature cannot be read."""
    return Provide(lambda: factory(), sync_to_thread=False)  # noqa: PLW0108  # a provider has no signature to read


def caller_provider(authenticate: Authenticate, doors: UserDoors) -> Provide:
    """The dependency `caller`: whoever holds the credential, or whom they act for."""

    async def provide_caller(request: AnyRequest) -> Caller:
        return await caller_of(request, authenticate, doors)

    return Provide(provide_caller)


async def caller_of(request: AnyRequest, authenticate: Authenticate, doors: UserDoors) -> Caller:
    """Whoever holds the credential, or whom they act for; found out once a request, which is at work for them then."""
    known = request.scope.get(_CALLER)
    if isinstance(known, Caller):
        return known
    principal = await authenticate(_bearer(only_header(request, "authorization")))
    acted_for = only_header(request, "x-user-id")
    if acted_for is not None:
        principal = principal.acting_for(_decoded(acted_for))
    come_in(request.scope, doors, principal.user_id)
    current_trace().user_id = principal.user_id
    caller = Caller(principal=principal, request_id=request_id_of(request.scope))
    request.scope[_CALLER] = caller  # type: ignore[literal-required]  # a key of our own beside ASGI's
    return caller


def scraper_provider(authenticate: Authenticate) -> Provide:
    """The dependency `scraper`: who may read figures, None for somebody on this machine who shows no credential."""

    async def provide_scraper(request: AnyRequest) -> Principal | None:
        credential = only_header(request, "authorization")
        if credential is None and _is_on_this_machine(request):
            return None
        principal = await authenticate(_bearer(credential))
        principal.require(Role.ADMIN, Role.SERVICE)
        current_trace().user_id = principal.user_id
        return principal

    return Provide(provide_scraper)


def _is_on_this_machine(request: AnyRequest) -> bool:
    """Whether the caller itself is: what a proxy on this machine passes on comes from somewhere else."""
    if any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip")):
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def admin_only(caller: Caller) -> None:
    """Nothing for an admin. Raises: RoleRequired."""
    caller.principal.require(Role.ADMIN)


def only_header(request: AnyRequest, name: str) -> str | None:
    """The header; given twice, it would be another caller to whoever reads the other one. Raises: Unreadable."""
    given = request.headers.getall(name, [])
    if len(given) > 1:
        what = "is given more than once"
        raise Unreadable(f"{name}: {what}", Violation(field=name, message=what))
    return given[0] if given else None


def _bearer(header: str | None) -> str:
    scheme, _, secret = (header or "").partition(" ")
    if scheme.casefold() != "bearer" or not secret.strip():
        raise Unauthenticated("send the header: Authorization: Bearer <key>", reason="missing")
    return secret.strip()


def _decoded(header: str) -> str:
    """Header bytes reach us as Latin-1; user ids may be Korean, in UTF-8."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header
