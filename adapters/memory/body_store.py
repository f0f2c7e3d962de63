"""The words of calls, in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from domain.call_body import CallBody
from domain.errors import NotFound
from domain.identity import UserScope


class InMemoryBodyStore:
    """Bodies by the id of their row."""

    def __init__(self) -> None:
        self._bodies: dict[str, CallBody] = {}

    async def keep(self, bodies: Sequence[CallBody]) -> None:
        """They are there; one that was there already stays."""
        for body in bodies:
            self._bodies.setdefault(body.entry_id, replace(body, at=body.at.astimezone(UTC)))

    async def get(self, entry_id: str, *, scope: UserScope | None) -> CallBody:
        """The body of that row, of the user or of anybody. Raises: NotFound."""
        body = self._bodies.get(entry_id)
        if body is None or (scope is not None and scope.user_id != body.user_id):
            raise NotFound("body", entry_id)
        return body

    async def prune(self, *, before: datetime, limit: int) -> int:
        """The oldest bodies before that moment are gone, at most so many; how many."""
        old = sorted((body.at, body.entry_id) for body in self._bodies.values() if body.at < before)[:limit]
        for _, entry_id in old:
            del self._bodies[entry_id]
        return len(old)

    def forget_user(self, user_id: str) -> dict[str, int]:
        """Nothing of the user is there any more; how much was, by kind."""
        mine = [entry_id for entry_id, body in self._bodies.items() if body.user_id == user_id]
        for entry_id in mine:
            del self._bodies[entry_id]
        return {"bodies": len(mine)}
