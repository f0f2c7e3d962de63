"""Read which keys there are."""

from dataclasses import dataclass

from application.ports.key_ring import KeyRing
from domain.identity import ApiKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ListKeys:
    """Every key but its secret, oldest first, revoked ones too."""

    keys: KeyRing

    async def __call__(self) -> list[ApiKey]:
        return await self.keys.all()
