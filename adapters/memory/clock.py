"""A clock that is set by hand."""

from datetime import UTC, datetime, timedelta


class SettableClock:
    """Stands still until it is moved. Sleeping moves it and returns at once."""

    def __init__(self, start: datetime) -> None:
        self._start = start.astimezone(UTC)
        self._now = self._start

    def now(self) -> datetime:
        """The time it was moved to."""
        return self._now

    def elapsed(self) -> float:
        """How far it was moved since the start. Units: seconds."""
        return (self._now - self._start).total_seconds()

    async def sleep(self, seconds: float) -> None:
        """It is later by so much."""
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """It is later by so much."""
        self._now += timedelta(seconds=seconds)
