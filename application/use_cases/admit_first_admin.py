"""Let the first admin in."""

from dataclasses import dataclass

from application.auditing import KeyActs
from application.ports.key_ring import KeyRing
from application.ports.system import Clock, Ids
from domain.audit import the_system
from domain.identity import KEY_PREFIX, ApiKey, Role, key_digest

ADMIN = "admin"
REQUEST_ID = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmitFirstAdmin:
    """The operator's own admin key is known from now on; where none was given and none exists, one is made.

    Returns the secret of a key that was made, to be shown once, else None.
    """

    keys: KeyRing
    clock: Clock
    ids: Ids

    async def __call__(self, given: str | None) -> str | None:
        if given is not None:
            if await self.keys.find(key_digest(given)) is None:
                await self._add(given)
            return None
        if any(Role.ADMIN in key.roles for key in await self.keys.all()):
            return None
        secret = KEY_PREFIX + self.ids.secret()
        await self._add(secret)
        return secret

    async def _add(self, secret: str) -> None:
        key = ApiKey(
            key_id=self.ids.new(),
            digest=key_digest(secret),
            user_id=ADMIN,
            roles=frozenset({Role.ADMIN}),
            created_at=self.clock.now(),
            name="first admin",
        )
        acts = KeyActs(ids=self.ids, caller=the_system(REQUEST_ID), at=key.created_at)
        await self.keys.add(key, act=acts.issued(key))
