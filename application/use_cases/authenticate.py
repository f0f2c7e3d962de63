"""Find out who calls."""

import hmac
from dataclasses import dataclass

from application.ports.key_ring import KeyFinder
from application.ports.system import Clock
from application.ports.token_verifier import TokenVerifier
from domain.errors import Unauthenticated
from domain.identity import Principal, Role, key_digest, may_be_key
from domain.token import looks_like_token

OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticate:
    """The caller behind a key, or behind a token of the platform where `tokens` verifies them.

    `local_token` is the one-run token of commands on this machine. Raises: Unauthenticated, Unavailable.
    """

    keys: KeyFinder
    clock: Clock
    tokens: TokenVerifier | None = None
    local_token: str | None = None

    async def __call__(self, secret: str) -> Principal:
        if self.local_token is not None and hmac.compare_digest(
            secret.encode("utf-8", "surrogatepass"), self.local_token.encode()
        ):
            return Principal(user_id=OPERATOR, roles=frozenset({Role.ADMIN}))
        if self.tokens is not None and looks_like_token(secret):
            return (await self.tokens.verify(secret)).principal(at=self.clock.now())
        key = await self.keys.find(key_digest(secret)) if may_be_key(secret) else None
        if key is None:
            raise Unauthenticated("this key is not known", reason="unknown")
        return key.principal(at=self.clock.now())
