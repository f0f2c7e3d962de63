"""Remove all that a user has."""

from dataclasses import dataclass

from application.erasing import UserErasing
from domain.erasure import PSEUDONYM_PREFIX, Erased, ErasureOrder
from domain.generation import Caller
from domain.identity import UserScope


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseUser:
    """All that the user has is gone from every store, and what the ledger counted stays under a pseudonym.

    Once begun it ends, also where the caller leaves or the process dies: then a later one goes on with it. A second
    time it finds nothing. Raises: StoreUnavailable.
    """

    erasing: UserErasing

    async def __call__(self, scope: UserScope, *, caller: Caller) -> Erased:
        return await self.erasing.run(
            ErasureOrder(
                scope=scope,
                pseudonym=f"{PSEUDONYM_PREFIX}{self.erasing.ids.new()}",
                begun_at=self.erasing.clock.now(),
                by_user_id=caller.principal.user_id,
                request_id=caller.request_id,
                by_key_id=caller.principal.key_id,
            )
        )
