"""Hand out a key."""

from dataclasses import dataclass
from datetime import datetime

from application.ports.key_ring import KeyRing
from application.ports.system import Clock, Ids
from domain.errors import Refused, Violation
from domain.identity import KEY_PREFIX, ApiKey, Role, UserScope, key_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOrder:
    """Which key is wanted. `services` and `models` narrow it where they are given."""

    user_id: str
    roles: frozenset[Role]
    services: frozenset[str] | None = None
    models: frozenset[str] | None = None
    expires_at: datetime | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueKey:
    """A new key: the secret, seen this once, and what is kept of it. Raises: Refused."""

    keys: KeyRing
    clock: Clock
    ids: Ids

    async def __call__(self, order: KeyOrder, *, secret: str | None = None) -> tuple[str, ApiKey]:
        now = self.clock.now()
        scope = UserScope(user_id=order.user_id)
        if not order.roles:
            raise Refused(Violation(field="roles", message=f"needs at least one of {', '.join(Role)}"))
        if order.expires_at is not None and order.expires_at <= now:
            raise Refused(Violation(field="expires_at", message="lies in the past"))
        secret = secret or KEY_PREFIX + self.ids.secret()
        key = ApiKey(
            key_id=self.ids.new(),
            digest=key_digest(secret),
            user_id=scope.user_id,
            roles=order.roles,
            created_at=now,
            services=order.services,
            models=order.models,
            name=order.name,
            expires_at=order.expires_at,
        )
        await self.keys.add(key)
        return secret, key
