"""Time, chance and patience."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""

    def elapsed(self) -> float:
        """A monotonic reading. Units: seconds."""

    async def sleep(self, seconds: float) -> None:
        """Returns after so long."""


class Ids(Protocol):
    """Identifiers."""

    def new(self) -> str:
        """A new one, greater as text than every one this process made before; unique over processes."""

    def secret(self) -> str:
        """256 random bits as URL-safe text."""
