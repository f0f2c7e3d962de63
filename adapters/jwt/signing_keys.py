"""The public keys of an issuer, fetched when they are needed."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpx
import jwt

from application.ports.system import Clock
from domain.access_errors import IssuerUnavailable

FRESH_SECONDS = 300.0
"""After so long the keys are fetched again: what the issuer withdrew counts no longer than that while it answers."""
OUTAGE_SECONDS = 3600.0
"""So long keys that were fetched go on counting while the issuer does not answer."""
PAUSE_SECONDS = 10.0
"""The issuer is not asked more often than that, whatever tokens name."""
TIMEOUT_SECONDS = 5.0
RSA = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
ALGORITHMS: Mapping[tuple[str, str | None], frozenset[str]] = {
    ("RSA", None): RSA,
    ("EC", "P-256"): frozenset({"ES256"}),
    ("EC", "P-384"): frozenset({"ES384"}),
    ("EC", "P-521"): frozenset({"ES512"}),
    ("OKP", "Ed25519"): frozenset({"EdDSA"}),
}
"""What a key of each kind may verify. No kind is a shared secret: that of a public document is none."""
ASYMMETRIC = frozenset[str]().union(*ALGORITHMS.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A public key, its name where it has one, and the algorithms it may be used with."""

    kid: str | None
    algorithms: frozenset[str]
    key: jwt.PyJWK


def signing_keys(document: object) -> Iterator[SigningKey]:
    """The keys of a key set that verify signatures; others, and what cannot be read, are passed over."""
    members = document.get("keys") if isinstance(document, dict) else None
    for member in members if isinstance(members, list) else ():
        if isinstance(member, dict) and member.get("use", "sig") == "sig":
            allowed = ALGORITHMS.get((str(member.get("kty")), _curve(member)), frozenset())
            stated = member.get("alg")
            usable = allowed if stated is None else allowed & {str(stated)}
            try:
                key = jwt.PyJWK(member, algorithm=min(usable)) if usable else None
            except jwt.PyJWTError:
                continue
            if key is not None:
                kid = member.get("kid")
                yield SigningKey(kid=kid if isinstance(kid, str) else None, algorithms=usable, key=key)


def _curve(member: Mapping[str, object]) -> str | None:
    return None if member.get("kty") == "RSA" else str(member.get("crv"))


class IssuersKeys:
    """The key set under a URL."""

    def __init__(self, url: str, *, clock: Clock) -> None:
        self._url = url
        self._clock = clock
        self._client: httpx.AsyncClient | None = None
        self._turn = asyncio.Lock()
        self._keys: tuple[SigningKey, ...] = ()
        self._fetched_at: float | None = None
        self._tried_at: float | None = None

    async def fitting(self, *, kid: str | None, algorithm: str) -> list[jwt.PyJWK]:
        """The keys of that name, of any name where it is None, that may verify this algorithm; there may be none.

        Raises: IssuerUnavailable where that cannot be known, because the issuer does not answer.
        """
        if not (found := self._matching(kid, algorithm)) or self._age() > FRESH_SECONDS:
            await self._fetch()
            found = self._matching(kid, algorithm)
        is_down = self._fetched_at != self._tried_at
        if is_down and (not found or self._age() > OUTAGE_SECONDS):
            raise IssuerUnavailable(
                "token_issuer", "the keys of the token issuer cannot be fetched", retry_after_seconds=PAUSE_SECONDS
            )
        return found

    async def close(self) -> None:
        """No connection is open any more."""
        if self._client is not None:
            await self._client.aclose()

    def _matching(self, kid: str | None, algorithm: str) -> list[jwt.PyJWK]:
        return [one.key for one in self._keys if algorithm in one.algorithms and kid in (None, one.kid)]

    def _age(self) -> float:
        return float("inf") if self._fetched_at is None else self._clock.elapsed() - self._fetched_at

    async def _fetch(self) -> None:
        """The keys as they are now, where the issuer was not asked a moment ago and answers."""
        async with self._turn:
            now = self._clock.elapsed()
            if self._tried_at is not None and now - self._tried_at < PAUSE_SECONDS:
                return
            self._tried_at = now
            self._client = self._client or httpx.AsyncClient(timeout=TIMEOUT_SECONDS)
            try:
                answer = await self._client.get(self._url, headers={"Accept": "application/json"})
                found = tuple(signing_keys(answer.raise_for_status().json()))
            except (httpx.HTTPError, ValueError, RecursionError):
                return
            if found:
                self._keys, self._fetched_at = found, now
