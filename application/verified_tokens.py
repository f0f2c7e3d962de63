"""Tokens that were verified a moment ago."""

from dataclasses import dataclass, field

from application.ports.system import Clock
from application.ports.token_verifier import TokenVerifier
from application.recent import Recent
from domain.identity import key_digest
from domain.token import TokenClaims

MOST_TOKENS = 10_000
VERIFIED_SECONDS = 300.0
"""How long a signature is not checked again: so long a token lives on whose key the issuer has withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedTokens:
    """A verifier that computes no signature a second time. The token's own times are checked at every use."""

    verifier: TokenVerifier
    clock: Clock
    recent: Recent[str, tuple[TokenClaims, float]] = field(default_factory=lambda: Recent(most=MOST_TOKENS))

    async def verify(self, token: str) -> TokenClaims:
        """As the port says."""
        digest, now = key_digest(token), self.clock.elapsed()
        claims, until = self.recent.get(digest) or (None, now)
        if claims is not None and now < until:
            return claims
        claims = await self.verifier.verify(token)
        self.recent.keep(digest, (claims, now + VERIFIED_SECONDS))
        return claims
