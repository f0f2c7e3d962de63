"""What a token of the platform says of its bearer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.errors import Refused, Unauthenticated
from domain.identity import Principal, Role, UserScope

LEEWAY_SECONDS = 30
"""How far the clocks of issuer and service may differ where a token begins to be valid; its end is taken as it is."""
BEARER_PREFIX = "jwt:"
_COMPACT = re.compile(r"ey[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenClaims:
    """Who bears a token, with which roles, from when to when. Its signature was verified."""

    user_id: str
    roles: frozenset[Role]
    expires_at: datetime
    begins_at: datetime | None = None

    def principal(self, *, at: datetime) -> Principal:
        """The caller. `key_id` says that it was a token, and whose, also where they act for another.

        Raises: Unauthenticated, saying whether it has expired or is not valid yet.
        """
        if self.expires_at <= at:
            raise Unauthenticated("this token has expired", reason="expired")
        if self.begins_at is not None and self.begins_at > at + timedelta(seconds=LEEWAY_SECONDS):
            raise Unauthenticated("this token is not valid yet", reason="not-yet-valid")
        return Principal(user_id=self.user_id, roles=self.roles, key_id=BEARER_PREFIX + self.user_id)


def looks_like_token(secret: str) -> bool:
    """Whether it has the shape of a signed token: three parts, the first of which begins a JSON object."""
    return _COMPACT.fullmatch(secret) is not None


def claims_of(said: Mapping[str, object]) -> TokenClaims:
    """The claims as they are written: `sub`, `roles`, `exp`, and `nbf` and `iat` where they are there.

    Raises: Unauthenticated where there is no user, no end, or a time that is none.
    """
    expires_at, begins = _moment(said, "exp"), (_moment(said, "nbf"), _moment(said, "iat"))
    if expires_at is None:
        raise _unusable("it has no exp")
    return TokenClaims(
        user_id=_user(said.get("sub")),
        roles=_roles(said.get("roles")),
        expires_at=expires_at,
        begins_at=max((moment for moment in begins if moment is not None), default=None),
    )


def _user(said: object) -> str:
    if not isinstance(said, str):
        raise _unusable("it has no sub")
    try:
        return UserScope(user_id=said).user_id
    except Refused as refused:
        raise _unusable("its sub is no user id") from refused


def _roles(said: object) -> frozenset[Role]:
    """Those that are ours; somebody without any is a user."""
    words = said.split() if isinstance(said, str) else said if isinstance(said, list) else []
    return frozenset(role for role in Role if role in words) or frozenset({Role.USER})


def _moment(said: Mapping[str, object], name: str) -> datetime | None:
    seconds = said.get(name)
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise _unusable(f"its {name} is no number")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise _unusable(f"its {name} is no time") from error


def _unusable(why: str) -> Unauthenticated:
    return Unauthenticated(f"this token cannot be used: {why}", reason="unusable")
