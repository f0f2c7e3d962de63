"""`/api/v1/admin/keys`: who may call, with what rights."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from application.use_cases.issue_key import IssueKey, KeyOrder
from application.use_cases.list_keys import ListKeys
from application.use_cases.revoke_key import RevokeKey
from application.use_cases.rotate_key import RotateKey
from domain.errors import NotFound, Refused, Violation
from domain.identity import ApiKey, Role
from domain.moment import has_utc
from entrypoints.http.backtest_body import Wire
from entrypoints.http.problems import documented
from entrypoints.http.wiring import CallerOf, admin_only


class KeyOrderBody(Wire, frozen=True, kw_only=True):
    """Which key is wanted; `services` and `models` narrow it where given."""

    user_id: Annotated[str, msgspec.Meta(examples=["minji"])]
    roles: Annotated[list[Role], msgspec.Meta(examples=[["user"]])]
    services: list[str] | None = None
    models: list[str] | None = None
    expires_at: datetime | None = None
    name: str | None = None

    def order(self) -> KeyOrder:
        """The key that is wanted. Raises: Refused."""
        if self.expires_at is not None and self.expires_at.utcoffset() is None:
            raise Refused(Violation(field="expires_at", message="must say its offset from UTC, such as Z"))
        if self.expires_at is not None and not has_utc(self.expires_at):
            raise Refused(Violation(field="expires_at", message="must lie in the years 1 to 9999, in UTC"))
        return KeyOrder(
            user_id=self.user_id,
            roles=frozenset(self.roles),
            services=None if self.services is None else frozenset(self.services),
            models=None if self.models is None else frozenset(self.models),
            expires_at=None if self.expires_at is None else self.expires_at.astimezone(UTC),
            name=self.name,
        )


class RotationBody(Wire, frozen=True, kw_only=True):
    """How long the old key stays valid beside the new one."""

    overlap_seconds: Annotated[float, msgspec.Meta(examples=[3600])] = 0.0


class KeyBody(msgspec.Struct, frozen=True, kw_only=True):
    """A key, but the secret."""

    key_id: str
    user_id: str
    roles: list[str]
    services: list[str] | None
    models: list[str] | None
    name: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    @staticmethod
    def of(key: ApiKey) -> "KeyBody":
        """The key as it goes out."""
        return KeyBody(**_members(key))


class IssuedKeyBody(KeyBody, frozen=True, kw_only=True):
    """A new key with its secret, which is shown this once and stored nowhere."""

    key: str


class KeyList(msgspec.Struct, frozen=True, kw_only=True):
    """Every key, oldest first, revoked ones too."""

    keys: list[KeyBody]


def _members(key: ApiKey) -> dict[str, Any]:
    return {
        "key_id": key.key_id,
        "user_id": key.user_id,
        "roles": sorted(key.roles),
        "services": None if key.services is None else sorted(key.services),
        "models": None if key.models is None else sorted(key.models),
        "name": key.name,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    }


@post("/", responses=documented(403, 413, 422, 503))
async def issue_key(data: JSONBody[KeyOrderBody], caller: CallerOf, issue: NamedDependency[IssueKey]) -> IssuedKeyBody:
    """Make a key; the answer is the only place where it is ever seen."""
    admin_only(caller)
    secret, key = await issue(data.order(), caller=caller)
    return IssuedKeyBody(**_members(key), key=secret)


@get("/", responses=documented(403, 503))
async def list_keys(caller: CallerOf, keys: NamedDependency[ListKeys]) -> KeyList:
    """Every key but its secret."""
    admin_only(caller)
    return KeyList(keys=list(map(KeyBody.of, await keys())))


@get("/{key_id:str}", responses=documented(403, 404, 503))
async def show_key(key_id: FromPath[str], caller: CallerOf, keys: NamedDependency[ListKeys]) -> KeyBody:
    """One key but its secret."""
    admin_only(caller)
    shown = next((key for key in await keys() if key.key_id == key_id), None)
    if shown is None:
        raise NotFound("key", key_id)
    return KeyBody.of(shown)


@delete("/{key_id:str}", status_code=200, responses=documented(403, 404, 503))
async def revoke_key(key_id: FromPath[str], caller: CallerOf, revoke: NamedDependency[RevokeKey]) -> KeyBody:
    """Take a key back, at once."""
    admin_only(caller)
    return KeyBody.of(await revoke(key_id, caller=caller))


@post("/{key_id:str}/rotate", responses=documented(403, 404, 413, 422, 503))
async def rotate_key(
    key_id: FromPath[str], data: JSONBody[RotationBody], caller: CallerOf, rotate: NamedDependency[RotateKey]
) -> IssuedKeyBody:
    """Replace a key; the old one stays valid for `overlap_seconds`."""
    admin_only(caller)
    secret, key = await rotate(key_id, overlap_seconds=data.overlap_seconds, caller=caller)
    return IssuedKeyBody(**_members(key), key=secret)


def router(dependencies: dict[str, Any]) -> Router:
    """All of it, under its path."""
    handlers = [issue_key, list_keys, show_key, revoke_key, rotate_key]
    return Router("/api/v1/admin/keys", route_handlers=handlers, dependencies=dependencies, tags=["keys"])
