"""One at a time: who talks in a conversation, and who waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from domain.conversation_errors import ConversationBusy

MOST_WAITING = 4
WAIT_SECONDS = 30.0


@dataclass(slots=True, kw_only=True)
class _Queue:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    inside: int = 0


class TurnTaking:
    """Lets one chat at a time into each conversation, in the order in which they came; within this process."""

    def __init__(self, *, most_waiting: int = MOST_WAITING, wait_seconds: float = WAIT_SECONDS) -> None:
        self._most_waiting = most_waiting
        self._wait_seconds = wait_seconds
        self._queues: dict[tuple[str, str], _Queue] = {}

    @asynccontextmanager
    async def turn(self, user_id: str, conversation_id: str) -> AsyncIterator[None]:
        """Nobody else is in the conversation while the block runs.

        Raises: ConversationBusy where too many wait already, or the turn does not come in time.
        """
        key = (user_id, conversation_id)
        queue = self._queues.setdefault(key, _Queue())
        if queue.inside > self._most_waiting:
            why = f"{self._most_waiting} chats wait for their turn already"
            raise ConversationBusy(conversation_id, why, retry_after_seconds=self._wait_seconds)
        queue.inside += 1
        try:
            await self._wait(queue.lock, conversation_id)
            try:
                yield
            finally:
                queue.lock.release()
        finally:
            queue.inside -= 1
            if not queue.inside:
                del self._queues[key]

    async def _wait(self, lock: asyncio.Lock, conversation_id: str) -> None:
        try:
            async with asyncio.timeout(self._wait_seconds):
                await lock.acquire()
        except TimeoutError:
            why = f"another chat in it did not end within {self._wait_seconds:g} s"
            raise ConversationBusy(conversation_id, why, retry_after_seconds=self._wait_seconds) from None
