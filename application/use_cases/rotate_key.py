"""Replace a key without a gap."""

from dataclasses import dataclass, replace
from datetime import timedelta

from application.auditing import KeyActs
from application.ports.key_ring import KeyRing
from application.ports.system import Clock, Ids
from domain.errors import NotFound, Refused, Violation
from domain.generation import Caller
from domain.identity import KEY_PREFIX, ApiKey, key_digest

LONGEST_OVERLAP_SECONDS = 30 * 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateKey:
    """A new key with the rights of the old one, which stays valid for the overlap; both acts are audited.

    Raises: NotFound, Refused.
    """

    keys: KeyRing
    clock: Clock
    ids: Ids

    async def __call__(self, key_id: str, *, overlap_seconds: float, caller: Caller) -> tuple[str, ApiKey]:
        if not 0 <= overlap_seconds <= LONGEST_OVERLAP_SECONDS:
            message = f"must be from 0 to {LONGEST_OVERLAP_SECONDS:.0f}"
            raise Refused(Violation(field="overlap_seconds", message=message))
        now = self.clock.now()
        old = next((key for key in await self.keys.all() if key.key_id == key_id), None)
        if old is None:
            raise NotFound("key", key_id)
        old.principal(at=now)
        secret = KEY_PREFIX + self.ids.secret()
        new = replace(old, key_id=self.ids.new(), digest=key_digest(secret), created_at=now, revoked_at=None)
        acts, end = KeyActs(ids=self.ids, caller=caller, at=now), now + timedelta(seconds=overlap_seconds)
        rows = (
            acts.rotated(new, replaces=key_id),
            acts.revoked(key_id, valid_until=end, replaced_by=new.key_id),
        )
        await self.keys.replace(key_id, by=new, at=end, acts=rows)
        return secret, new
