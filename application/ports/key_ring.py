"""The keys that callers hold."""

from datetime import datetime
from typing import Protocol

from domain.audit import AuditEntry
from domain.identity import ApiKey


class KeyRing(Protocol):
    """Keys by digest: the key itself is never stored. A change and its audit row are committed together."""

    async def add(self, key: ApiKey, *, act: AuditEntry) -> None:
        """It is stored; where the same key is there already, that one stays and no row is left.

        Raises: StoreUnavailable.
        """

    async def find(self, digest: str) -> ApiKey | None:
        """The key of that digest, revoked and expired ones too; None where there is none."""

    async def all(self) -> list[ApiKey]:
        """Every key, oldest first, revoked ones too."""

    async def revoke(self, key_id: str, *, at: datetime, act: AuditEntry) -> ApiKey:
        """The key, not valid from `at` on; an earlier end stays. Raises: NotFound, and no row is left then."""
