"""Where the words of calls are kept, where that is asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.call_body import CallBody
from domain.identity import UserScope


class BodyStore(Protocol):
    """Prompts and answers by the ledger row that they belong to; they live and end apart from it."""

    async def keep(self, bodies: Sequence[CallBody]) -> None:
        """All of them are stored, or none; of a row that has a body already, that one stays.

        Raises: StoreUnavailable.
        """

    async def get(self, entry_id: str, *, scope: UserScope | None) -> CallBody:
        """The body of that row, where it is the user's; a scope of None is everybody's, which only admins may ask for.

        Raises: NotFound, StoreUnavailable.
        """

    async def prune(self, *, before: datetime, limit: int) -> int:
        """The oldest bodies of calls before that moment are gone, at most so many; how many.

        Raises: StoreUnavailable.
        """
