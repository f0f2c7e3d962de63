"""A tap on the shoulder between two parts of one process."""

from typing import Protocol


class Signal(Protocol):
    """Says that there is work, without saying which."""

    def notify(self) -> None:
        """Whoever waits goes on; where nobody waits, the next one does not wait."""

    async def wait(self, *, timeout_seconds: float) -> None:
        """Returns when notified, or after so long."""
