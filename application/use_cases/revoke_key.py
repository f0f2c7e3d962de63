"""Take a key back."""

from dataclasses import dataclass

from application.auditing import KeyActs
from application.ports.key_ring import KeyRing
from application.ports.system import Clock, Ids
from domain.generation import Caller
from domain.identity import ApiKey


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeKey:
    """The key is not valid any more; audited. Raises: NotFound."""

    keys: KeyRing
    clock: Clock
    ids: Ids

    async def __call__(self, key_id: str, *, caller: Caller) -> ApiKey:
        now = self.clock.now()
        act = KeyActs(ids=self.ids, caller=caller, at=now).revoked(key_id, valid_until=now)
        return await self.keys.revoke(key_id, at=now, act=act)
