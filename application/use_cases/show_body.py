"""Read what was said in a call."""

from dataclasses import dataclass

from application.ports.body_store import BodyStore
from domain.call_body import CallBody
from domain.identity import Principal, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowBody:
    """The body of a ledger row: of one's own, or for an admin of anybody's.

    Raises: NotFound where there is none, it was not kept, or it is somebody else's.
    """

    store: BodyStore

    async def __call__(self, entry_id: str, *, principal: Principal) -> CallBody:
        scope = None if Role.ADMIN in principal.roles else principal.scope
        return await self.store.get(entry_id, scope=scope)
