"""Keys, in memory."""

from collections.abc import Sequence
from datetime import datetime

from adapters.memory.audit_trail import InMemoryAuditTrail
from adapters.memory.revisions import InMemoryRevisions
from domain.audit import AuditEntry
from domain.errors import NotFound
from domain.identity import ApiKey
from domain.revision import Watched


class InMemoryKeyRing:
    """Keys by id, and their ids by digest; each change leaves its row in the trail and is counted."""

    def __init__(self, trail: InMemoryAuditTrail, revisions: InMemoryRevisions) -> None:
        self._trail = trail
        self._revisions = revisions
        self._keys: dict[str, ApiKey] = {}
        self._ids: dict[str, str] = {}

    async def add(self, key: ApiKey, *, act: AuditEntry) -> None:
        """It is there; where the same key was there already, that one stays."""
        if key.digest in self._ids:
            return
        self._keys[key.key_id] = key
        self._ids[key.digest] = key.key_id
        self._trail.note(act)
        self._revisions.bump(Watched.KEYS)

    async def find(self, digest: str) -> ApiKey | None:
        """The key of that digest, revoked and expired ones too; None where there is none."""
        key_id = self._ids.get(digest)
        return None if key_id is None else self._keys[key_id]

    async def all(self) -> list[ApiKey]:
        """Every key, oldest first, revoked ones too."""
        return sorted(self._keys.values(), key=lambda key: (key.created_at, key.key_id))

    async def revoke(self, key_id: str, *, at: datetime, act: AuditEntry) -> ApiKey:
        """The key, not valid from `at` on; an earlier end stays. Raises: NotFound."""
        if key_id not in self._keys:
            raise NotFound("key", key_id)
        self._keys[key_id] = self._keys[key_id].revoked(at=at)
        self._trail.note(act)
        self._revisions.bump(Watched.KEYS)
        return self._keys[key_id]

    async def replace(self, key_id: str, *, by: ApiKey, at: datetime, acts: Sequence[AuditEntry]) -> None:
        """The new key is there and the old one is not valid from `at` on. Raises: NotFound."""
        if key_id not in self._keys:
            raise NotFound("key", key_id)
        self._keys[key_id] = self._keys[key_id].revoked(at=at)
        self._keys[by.key_id] = by
        self._ids[by.digest] = by.key_id
        for act in acts:
            self._trail.note(act)
        self._revisions.bump(Watched.KEYS)

    async def digests(self) -> list[str]:
        """The digest of every key."""
        return list(self._ids)

    def forget_user(self, user_id: str) -> dict[str, int]:
        """Nothing of the user is there any more; how much was, by kind."""
        mine = [key for key in self._keys.values() if key.user_id == user_id]
        for key in mine:
            del self._keys[key.key_id], self._ids[key.digest]
        if mine:
            self._revisions.bump(Watched.KEYS)
        return {"keys": len(mine)}
