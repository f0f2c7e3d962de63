"""Keys as one process remembers them."""

import asyncio
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
MOST_LOOKED_FOR, LOOKED_FOR_A_SECOND = 20.0, 10.0
"""Keys that are not known here are looked for so many at once, and so many a second: one may just have been made in
another process. Whoever tries keys by the thousand costs no more than that, and shuts nobody out: within two seconds
every good key is known."""


@dataclass(slots=True, kw_only=True)
class RememberedKeys:
    """The key ring of a store: a key that was used lately is found without asking it, as is one that is not there.

    Only while the watch is fresh: then whatever was changed more than two seconds ago, in any process, has been taken
    in. Otherwise the store is asked each time, and where it does not answer nobody is let in on an old copy. A change
    made here counts at once, and a key made elsewhere is let in at once as long as few unknown ones come.
    Whoever asks checks expiry and revocation themselves, by the clock, each time.
    """

    store: KeyStore
    watch: Watch
    recent: Recent[str, ApiKey] = field(default_factory=lambda: Recent(most=MOST_KEYS))
    known: frozenset[str] = frozenset()
    added: set[str] = field(default_factory=set)
    missed: Recent[str, None] = field(default_factory=lambda: Recent(most=MOST_KEYS))
    looks: float = MOST_LOOKED_FOR
    looked_at: float = 0.0
    looking: dict[str, asyncio.Task[ApiKey | None]] = field(default_factory=dict)
    changes: int = 0

    def __post_init__(self) -> None:
        self.watch.subscribe(Watched.KEYS, self.refresh)

    async def find(self, digest: str) -> ApiKey | None:
        """As the port says."""
        if self.watch.is_fresh(Watched.KEYS):
            if (remembered := self.recent.get(digest)) is not None:
                return remembered
            if not self._may_look_for(digest):
                return None
        # Many requests with one key come at once when a client starts: the store hears of it once.
        looking = self.looking.get(digest)
        if looking is None:
            looking = self.looking[digest] = asyncio.create_task(self._looked_for(digest))
        return await asyncio.shield(looking)

    async def _looked_for(self, digest: str) -> ApiKey | None:
        before = self.changes
        try:
            key = await self.store.find(digest)
        finally:
            # A change may have come before this began: whoever came after it looks anew, in a task of their own.
            if self.looking.get(digest) is asyncio.current_task():
                del self.looking[digest]
        # What was read before a change that came meanwhile may be what it changed.
        if before == self.changes:
            if key is None:
                self.missed.keep(digest, None)
            else:
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

    def _may_look_for(self, digest: str) -> bool:
        """Whether the store is asked: for a key that is not known here once, and not for many in a short time."""
        if digest in self.known or digest in self.added or digest in self.looking:
            return True
        if digest in self.missed:
            return False
        now = self.watch.clock.elapsed()
        self.looks = min(MOST_LOOKED_FOR, self.looks + (now - self.looked_at) * LOOKED_FOR_A_SECOND)
        self.looked_at = now
        if self.looks < 1:
            return False
        self.looks -= 1
        return True

    def _forget(self) -> None:
        self.changes += 1
        self.recent.forget()
        self.missed.forget()
        # Whoever comes from now on does not share an answer from before.
        self.looking.clear()
