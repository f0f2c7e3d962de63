"""A signal inside one event loop."""

import asyncio
import contextlib


class LoopSignal:
    """Wakes whoever waits in the same event loop."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def notify(self) -> None:
        """Whoever waits goes on; where nobody waits, the next one does not wait."""
        self._event.set()

    async def wait(self, *, timeout_seconds: float) -> None:
        """Returns when notified, or after so long."""
        # Not wait_for: on 3.11 it swallows a cancellation that comes together with the notification.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._event.wait()
        self._event.clear()
