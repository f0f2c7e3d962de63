"""Keys as one process remembers them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from application.ports.key_ring import KeyStore
from application.recent import Recent
from application.watching import Watch
from domain.audit import AuditEntry
from domain.identity import ApiKey
from domain.revision import Watched

MOST_KEYS = 10_000
"""Whole keys, about a kilobyte each; of all others only the digest is here."""


@dataclass(slots=True, kw_only=True)
class RememberedKeys:
    """The key ring of a store: a key that was used lately is found without asking it, as is one that is not there.

    Only while the watch is fresh: then whatever was changed more than two seconds ago, in any process, has been taken
    in. Otherwise the store is asked each time, and where it does not answer nobody is let in on an old copy. A change
    made here counts at once. Whoever asks checks expiry and revocation themselves, by the clock, each time.
    """

    store: KeyStore
    watch: Watch
    recent: Recent[str, ApiKey] = field(default_factory=lambda: Recent(most=MOST_KEYS))
    known: frozenset[str] = frozenset()
    added: set[str] = field(default_factory=set)
    changes: int = 0

    def __post_init__(self) -> None:
        self.watch.subscribe(Watched.KEYS, self.refresh)

    async def find(self, digest: str) -> ApiKey | None:
        """As the port says."""
        if self.watch.is_fresh(Watched.KEYS):
            if (remembered := self.recent.get(digest)) is not None:
                return remembered
            if digest not in self.known and digest not in self.added:
                return None
        before = self.changes
        key = await self.store.find(digest)
        # What was read before a change that came meanwhile may be what it changed.
        if key is not None and before == self.changes:
            self.recent.keep(digest, key)
        return key

    async def refresh(self) -> None:
        """Nothing old is remembered, and which keys there are is known anew. Raises: StoreUnavailable."""
        self._forget()
        stored_before = frozenset(self.added)
        self.known = frozenset(await self.store.digests())
        self.added -= stored_before

    async def add(self, key: ApiKey, *, act: AuditEntry) -> None:
        """As the port says."""
        await self.store.add(key, act=act)
        self.added.add(key.digest)

    async def all(self) -> list[ApiKey]:
        """As the port says."""
        return await self.store.all()

    async def revoke(self, key_id: str, *, at: datetime, act: AuditEntry) -> ApiKey:
        """As the port says."""
        try:
            return await self.store.revoke(key_id, at=at, act=act)
        finally:
            self._forget()

    async def replace(self, key_id: str, *, by: ApiKey, at: datetime, acts: Sequence[AuditEntry]) -> None:
        """As the port says."""
        try:
            await self.store.replace(key_id, by=by, at=at, acts=acts)
            self.added.add(by.digest)
        finally:
            self._forget()

    def _forget(self) -> None:
        self.changes += 1
        self.recent.forget()
