"""Tokens that somebody else issued."""

from typing import Protocol

from domain.token import TokenClaims


class TokenVerifier(Protocol):
    """Tells a token of the platform from everything else."""

    async def verify(self, token: str) -> TokenClaims:
        """What it says, where a trusted key signed it and it is meant for us; its times are the caller's to check.

        Raises: Unauthenticated; Unavailable where the issuer's keys are needed and cannot be had.
        """
