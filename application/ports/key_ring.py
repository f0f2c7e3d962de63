"""The keys that callers hold."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.audit import AuditEntry
from domain.identity import ApiKey


class KeyFinder(Protocol):
    """Keys by digest: the key itself is never stored."""

    async def find(self, digest: str) -> ApiKey | None:
        """The key of that digest, revoked and expired ones too; None where there is none. Raises: StoreUnavailable."""


class KeyRing(KeyFinder, Protocol):
    """Keys that change. A change and its audit rows are committed together, and counted as one revision."""

    async def add(self, key: ApiKey, *, act: AuditEntry) -> None:
        """It is stored; where the same key is there already, that one stays and no row is left.

        Raises: StoreUnavailable.
        """

    async def all(self) -> list[ApiKey]:
        """Every key, oldest first, revoked ones too."""

    async def revoke(self, key_id: str, *, at: datetime, act: AuditEntry) -> ApiKey:
        """The key, not valid from `at` on; an earlier end stays. Raises: NotFound, and no row is left then."""

    async def replace(self, key_id: str, *, by: ApiKey, at: datetime, acts: Sequence[AuditEntry]) -> None:
        """The new key is stored and the old one is not valid from `at` on, both or neither; an earlier end stays.

        Raises: NotFound, and nothing is changed then.
        """


class KeyIndex(Protocol):
    """Which keys there are at all."""

    async def digests(self) -> list[str]:
        """The digest of every key, revoked and expired ones too, in no order. Raises: StoreUnavailable."""


class KeyStore(KeyRing, KeyIndex, Protocol):
    """What a database keeps of keys."""
