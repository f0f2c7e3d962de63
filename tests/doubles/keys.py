"""A key store that counts what it is asked, and can be down."""

from collections.abc import Sequence
from datetime import datetime

from adapters.memory.audit_trail import InMemoryAuditTrail
from adapters.memory.key_ring import InMemoryKeyRing
from adapters.memory.revisions import InMemoryRevisions
from domain.audit import AuditEntry
from domain.errors import StoreUnavailable
from domain.identity import ApiKey


class CountedKeys:
    """The in-memory ring; `asked` are the digests looked for, `is_down` makes every question an outage."""

    def __init__(self, revisions: InMemoryRevisions) -> None:
        self.ring = InMemoryKeyRing(InMemoryAuditTrail(), revisions)
        self.asked: list[str] = []
        self.is_down = False

    def _answer(self) -> None:
        if self.is_down:
            raise StoreUnavailable("database", "it does not answer")

    async def find(self, digest: str) -> ApiKey | None:
        self.asked.append(digest)
        self._answer()
        return await self.ring.find(digest)

    async def digests(self) -> list[str]:
        self._answer()
        return await self.ring.digests()

    async def all(self) -> list[ApiKey]:
        return await self.ring.all()

    async def add(self, key: ApiKey, *, act: AuditEntry) -> None:
        await self.ring.add(key, act=act)

    async def revoke(self, key_id: str, *, at: datetime, act: AuditEntry) -> ApiKey:
        return await self.ring.revoke(key_id, at=at, act=act)

    async def replace(self, key_id: str, *, by: ApiKey, at: datetime, acts: Sequence[AuditEntry]) -> None:
        await self.ring.replace(key_id, by=by, at=at, acts=acts)
