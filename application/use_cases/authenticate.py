"""Find out who calls."""

import hmac
from dataclasses import dataclass

from application.ports.key_ring import KeyRing
from application.ports.system import Clock
from domain.errors import Unauthenticated
from domain.identity import Principal, Role, key_digest

OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticate:
    """The caller behind a key. `local_token` is the one-run token of commands on this machine.

    Raises: Unauthenticated.
    """

    keys: KeyRing
    clock: Clock
    local_token: str | None = None

    async def __call__(self, secret: str) -> Principal:
        if self.local_token is not None and hmac.compare_digest(
            secret.encode("utf-8", "surrogatepass"), self.local_token.encode()
        ):
            return Principal(user_id=OPERATOR, roles=frozenset({Role.ADMIN}))
        key = await self.keys.find(key_digest(secret))
        if key is None:
            raise Unauthenticated("this key is not known", reason="unknown")
        return key.principal(at=self.clock.now())
