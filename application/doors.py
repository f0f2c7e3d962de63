"""Who is at work for which user in this process, and who is let in."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from domain.erasure import UserBeingErased


@dataclass(slots=True, kw_only=True)
class UserDoors:
    """Lets work for a user in until somebody closes their door, who then has the user's things to themselves.

    A request that is inside is shown out: it is cancelled, as if its caller had left. Work in the background ends by
    itself, and is waited for.
    """

    _inside: dict[str, set[object]] = field(default_factory=dict)
    _closed: Counter[str] = field(default_factory=Counter)
    _left: asyncio.Event = field(default_factory=asyncio.Event)
    _elsewhere: frozenset[str] = frozenset()

    def enter(self, user_id: str, work: object) -> None:
        """The work is inside until it leaves. A task may be cancelled there. Raises: UserBeingErased."""
        if self.is_closed(user_id):
            raise UserBeingErased
        self._inside.setdefault(user_id, set()).add(work)

    def leave(self, user_id: str, work: object) -> None:
        """It is inside no more; one that is not there is fine."""
        inside = self._inside.get(user_id, set())
        inside.discard(work)
        if not inside:
            self._inside.pop(user_id, None)
        self._left.set()

    def is_closed(self, user_id: str) -> bool:
        """Whether nobody is let in for the user."""
        return self._closed[user_id] > 0 or user_id in self._elsewhere

    @contextmanager
    def inside(self, user_ids: Iterable[str]) -> Iterator[None]:
        """Background work for these users goes on while the block runs. Raises: UserBeingErased for any of them."""
        work, entered = object(), []
        try:
            for user_id in user_ids:
                self.enter(user_id, work)
                entered.append(user_id)
            yield
        finally:
            for user_id in entered:
                self.leave(user_id, work)

    @asynccontextmanager
    async def closed(self, user_id: str) -> AsyncIterator[None]:
        """Nobody but the caller's own task is inside while the block runs, nor is let in."""
        self._closed[user_id] += 1
        try:
            await self._empty(user_id)
            yield
        finally:
            self._closed[user_id] -= 1
            self._closed += Counter()

    def close_elsewhere(self, user_ids: Iterable[str]) -> None:
        """These users, and none but them, are being erased in other processes: what is inside for them is shown out."""
        self._elsewhere = frozenset(user_id for user_id in user_ids if not self._closed[user_id])
        for user_id in self._elsewhere:
            self._show_out(user_id)

    async def _empty(self, user_id: str) -> None:
        self._show_out(user_id)
        while self._others(user_id):
            self._left.clear()
            await self._left.wait()

    def _show_out(self, user_id: str) -> None:
        for work in self._others(user_id):
            if isinstance(work, asyncio.Task):
                work.cancel()

    def _others(self, user_id: str) -> list[object]:
        return [work for work in self._inside.get(user_id, ()) if work is not _here()]


def _here() -> "asyncio.Task[object] | None":
    with contextlib.suppress(RuntimeError):
        return asyncio.current_task()
    return None
