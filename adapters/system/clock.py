"""The machine's clock."""

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """The time of the machine."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.now(UTC)

    def elapsed(self) -> float:
        """A monotonic reading. Units: seconds."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Returns after so long; other work goes on meanwhile."""
        await asyncio.sleep(seconds)
