"""Hearing of what other processes changed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from application.ports.revisions import Revisions
from application.ports.system import Clock
from domain.errors import DomainError
from domain.revision import Watched

Subscriber = Callable[[], Awaitable[None]]
FRESH_SECONDS = 2.0
"""How old what was last seen of the revisions may be for a copy to count: so long a revoked key may live elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Looks at the revisions again and again, and calls whoever keeps a copy of what rose.

    Whoever asks `is_fresh` before using a copy needs no other rule for an outage: a watch that cannot look, or that
    nobody keeps going, is not fresh.
    """

    revisions: Revisions
    clock: Clock
    subscribers: dict[Watched, list[Subscriber]] = field(default_factory=dict)
    seen: dict[Watched, int] = field(default_factory=dict)
    confirmed: dict[Watched, float] = field(default_factory=dict)

    def subscribe(self, watched: Watched, subscriber: Subscriber) -> None:
        """It is called after each change, and at the first look: what was copied before may be old already."""
        self.subscribers.setdefault(watched, []).append(subscriber)

    def is_fresh(self, watched: Watched) -> bool:
        """Whether every change that is older than `FRESH_SECONDS` was heard of, and taken in."""
        confirmed = self.confirmed.get(watched)
        return confirmed is not None and self.clock.elapsed() - confirmed <= FRESH_SECONDS

    async def look(self) -> None:
        """What has changed is told; whoever fails is told again next time. Raises: what failed first, at the end."""
        began = self.clock.elapsed()
        failures: list[DomainError] = []
        for watched, number in (await self.revisions.current()).items():
            try:
                await self._tell(watched, number)
            except DomainError as failure:
                failures.append(failure)
            else:
                # From when the question was asked: what changed while it was answered may not be in the answer.
                self.confirmed[watched] = began
        if failures:
            raise failures[0]

    async def _tell(self, watched: Watched, number: int) -> None:
        if self.seen.get(watched) != number:
            for subscriber in self.subscribers.get(watched, ()):
                await subscriber()
            self.seen[watched] = number
