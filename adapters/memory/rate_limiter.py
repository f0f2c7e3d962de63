"""Rate limits of one process."""

from collections.abc import Sequence
from itertools import count

from application.ports.system import Clock
from domain.rate_limit import SLOT_RETRY_MS, RateDemand, RateTicket, RateUnit, SlidingWindow, refusal

SWEEP_MS = 60_000
Key = tuple[str, RateUnit, str]


class InMemoryRateLimiter:
    """Windows and places by rule, unit and subject; each method runs without giving way, so it is a transaction."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._windows: dict[Key, SlidingWindow] = {}
        self._places: dict[Key, dict[str, int]] = {}
        self._open: dict[str, int] = {}
        self._numbers = count(1)
        self._swept_at_ms = 0

    async def start(self) -> None:
        """Ready to be asked; it always is."""

    async def admit(self, demands: Sequence[RateDemand], *, lease_seconds: float) -> RateTicket:
        """As the port says."""
        now = self._now()
        self._sweep(now)
        waits = [(self._wait_ms(demand, now), demand) for demand in demands]
        wait_ms, longest = max(waits, key=lambda wait: wait[0], default=(0, None))
        if wait_ms and longest is not None:
            raise refusal(longest, wait_ms=wait_ms)
        ticket = RateTicket(ticket_id=str(next(self._numbers)), demands=tuple(demands), taken_at_ms=now)
        self._open[ticket.ticket_id] = ends = now + round(lease_seconds * 1000)
        for demand in demands:
            if demand.unit is RateUnit.CONCURRENT:
                self._places.setdefault(_key(demand), {})[ticket.ticket_id] = ends
            else:
                self._windows.setdefault(_key(demand), SlidingWindow()).take(demand.amount, at_ms=now)
        return ticket

    async def settle(self, ticket: RateTicket, *, tokens: int | None) -> None:
        """As the port says."""
        if self._open.pop(ticket.ticket_id, 0) <= self._now():
            return
        for demand in ticket.demands:
            if demand.unit is RateUnit.CONCURRENT:
                self._places.get(_key(demand), {}).pop(ticket.ticket_id, None)
            elif demand.unit is RateUnit.TOKENS and tokens is not None and _key(demand) in self._windows:
                self._windows[_key(demand)].correct(tokens - demand.amount, taken_at_ms=ticket.taken_at_ms)

    async def forget(self, subject: str) -> None:
        """Nothing is counted of it any more, under any rule."""
        self._windows = {key: window for key, window in self._windows.items() if key[-1] != subject}
        self._places = {key: places for key, places in self._places.items() if key[-1] != subject}

    async def check(self) -> str:
        """Where it counts."""
        return "in this process"

    async def close(self) -> None:
        """What is counted stays until the object goes."""

    def _now(self) -> int:
        return int(self._clock.elapsed() * 1000)

    def _wait_ms(self, demand: RateDemand, now: int) -> int:
        if demand.unit is RateUnit.CONCURRENT:
            taken = sum(ends > now for ends in self._places.get(_key(demand), {}).values())
            return 0 if taken + demand.amount <= demand.limit else SLOT_RETRY_MS
        window = self._windows.get(_key(demand))
        return 0 if window is None else window.wait_ms(demand.amount, limit=demand.limit, at_ms=now)

    def _sweep(self, now: int) -> None:
        """Once a minute whatever counts no longer goes: subjects come and go, and nobody says when."""
        if now - self._swept_at_ms < SWEEP_MS:
            return
        self._swept_at_ms = now
        self._windows = {key: window for key, window in self._windows.items() if not window.is_empty(at_ms=now)}
        self._open = {ticket_id: ends for ticket_id, ends in self._open.items() if ends > now}
        held = ((key, {i: ends for i, ends in places.items() if ends > now}) for key, places in self._places.items())
        self._places = {key: places for key, places in held if places}


def _key(demand: RateDemand) -> Key:
    return demand.rule, demand.unit, demand.subject
