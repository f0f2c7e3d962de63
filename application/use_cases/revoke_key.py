"""Take a key back."""

from dataclasses import dataclass

from application.ports.key_ring import KeyRing
from application.ports.system import Clock
from domain.identity import ApiKey


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeKey:
    """The key is not valid any more. Raises: NotFound."""

    keys: KeyRing
    clock: Clock

    async def __call__(self, key_id: str) -> ApiKey:
        return await self.keys.revoke(key_id, at=self.clock.now())
