"""Signatures of tokens, by a shared secret or by the issuer's keys."""

from typing import Any

import jwt
from jwt.types import Options

from adapters.jwt.errors import refused, token_failures
from adapters.jwt.signing_keys import ASYMMETRIC, IssuersKeys
from domain.token import TokenClaims, claims_of

SHARED = "HS256"
OPTIONS: Options = {
    "enforce_minimum_key_length": True,
    # What a token says is read by the domain, and its times are checked by the service's own clock at every use.
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_sub": False,
    "verify_jti": False,
}


class JwtTokenVerifier:
    """A token is checked with the secret or with the issuer's keys, by its algorithm, and never with the other.

    An audience that a token names has to be ours. Raises: as the port says.
    """

    def __init__(
        self,
        *,
        secret: str | None = None,
        keys: IssuersKeys | None = None,
        audience: str | None = None,
        issuer: str | None = None,
    ) -> None:
        self._secret = secret
        self._keys = keys
        self._audience = audience
        self._issuer = issuer

    async def verify(self, token: str) -> TokenClaims:
        """What it says, where its signature holds and it is meant for us."""
        with token_failures():
            header = jwt.get_unverified_header(token)
            algorithm = str(header.get("alg"))
            if algorithm == SHARED and self._secret is not None:
                return claims_of(self._decoded(token, self._secret, SHARED))
            if algorithm not in ASYMMETRIC or self._keys is None:
                raise refused("its algorithm is not one of those accepted here")
            for key in await self._keys.fitting(kid=header.get("kid"), algorithm=algorithm):
                try:
                    return claims_of(self._decoded(token, key.key, algorithm))
                except jwt.InvalidSignatureError:
                    continue  # where it names no key, another one may fit
        raise refused("no key of its issuer made its signature")

    def _decoded(self, token: str, key: Any, algorithm: str) -> dict[str, Any]:  # noqa: ANN401  # a key of any kind
        return jwt.decode(
            token, key, algorithms=[algorithm], audience=self._audience, issuer=self._issuer, options=OPTIONS
        )

    async def close(self) -> None:
        """Nothing is held any more."""
        if self._keys is not None:
            await self._keys.close()
