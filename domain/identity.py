"""Who calls, and whose things they may touch."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.errors import ModelNotAllowed, Refused, RoleRequired, ServiceNotAllowed, Unauthenticated, Violation
from domain.text import is_storable

MAX_USER_ID_LENGTH = 200
KEY_PREFIX = "qt_"
LEAST_KEY_LENGTH = 16
"""Also of a key that the operator chooses; those that are made here have 46 characters."""


class Role(StrEnum):
    """What a credential may do; `service` and `admin` may act for another user."""

    USER = "user"
    SERVICE = "service"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserScope:
    """One user's things. No store can be asked without it."""

    user_id: str

    def __post_init__(self) -> None:
        if not self.user_id or len(self.user_id) > MAX_USER_ID_LENGTH or not is_storable(self.user_id):
            message = f"must have 1 to {MAX_USER_ID_LENGTH} characters, no NUL and no half surrogate pair"
            raise Refused(Violation(field="user_id", message=message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A caller whose credential was checked. `services` and `models` are None where the key does not narrow them."""

    user_id: str
    roles: frozenset[Role]
    key_id: str | None = None
    services: frozenset[str] | None = None
    models: frozenset[str] | None = None

    @property
    def scope(self) -> UserScope:
        """The things this caller works on."""
        return UserScope(user_id=self.user_id)

    def require(self, *roles: Role) -> None:
        """Nothing where one of the roles is held. Raises: RoleRequired."""
        if not self.roles & frozenset(roles):
            raise RoleRequired(*roles)

    def acting_for(self, user_id: str) -> "Principal":
        """The same credential on another user's things. Raises: RoleRequired."""
        if user_id == self.user_id:
            return self
        self.require(Role.SERVICE, Role.ADMIN)
        UserScope(user_id=user_id)
        return replace(self, user_id=user_id)

    def allow(self, *, service: str, model_id: str | None = None) -> None:
        """Nothing where the key covers service and model. Raises: ServiceNotAllowed, ModelNotAllowed."""
        if self.services is not None and service not in self.services:
            raise ServiceNotAllowed(service)
        if model_id is not None and self.models is not None and model_id not in self.models:
            allowed = tuple(sorted(self.models))
            raise ModelNotAllowed(service=service, model_id=model_id, allowed=allowed, why="this key excludes it")


def may_be_key(secret: str) -> bool:
    """Whether a key can look like that: nobody needs to look for anything else."""
    return len(secret) >= LEAST_KEY_LENGTH and secret.isascii() and secret.isprintable() and " " not in secret


def key_digest(secret: str) -> str:
    """What is stored of a key: its SHA-256 in hex. 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is kept of a key: all but the key. `digest` is the SHA-256 of it, in hex."""

    key_id: str
    digest: str
    user_id: str
    roles: frozenset[Role]
    created_at: datetime
    services: frozenset[str] | None = None
    models: frozenset[str] | None = None
    name: str | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def principal(self, *, at: datetime) -> Principal:
        """The caller this key stands for. Raises: Unauthenticated, saying whether it expired or was revoked."""
        if self.revoked_at is not None and self.revoked_at <= at:
            raise Unauthenticated("this key was revoked", reason="revoked")
        if self.expires_at is not None and self.expires_at <= at:
            raise Unauthenticated("this key has expired", reason="expired")
        return Principal(
            user_id=self.user_id, roles=self.roles, key_id=self.key_id, services=self.services, models=self.models
        )

    def revoked(self, *, at: datetime) -> "ApiKey":
        """The same key, not valid from `at` on; an earlier end stays."""
        return replace(self, revoked_at=min(self.revoked_at or at, at))
