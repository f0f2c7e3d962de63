"""What the ledger comes to, at the price of its last minutes."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from application.ports.system import Clock
from application.ports.usage_figures import UsageFigures
from domain.figures import UsageFigure, joined
from domain.usage import UsageStatus

SETTLED_AFTER = timedelta(minutes=15)
"""Longer than any call may take, its time to be settled included, and than clocks of several machines differ."""


@dataclass(slots=True, kw_only=True)
class LedgerTotals:
    """Sums over the whole ledger, always those of its rows: read, never counted beside it.

    Rows that are final stay as they are, so whole days of the past are summed once, and each reading sums the rest.
    """

    book: UsageFigures
    clock: Clock
    _past: tuple[UsageFigure, ...] = ()
    _until: datetime | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def read(self) -> tuple[UsageFigure, ...]:
        """Sums by what a monitor tells apart. Raises: StoreUnavailable."""
        async with self._turn:
            await self._close(_midnight(self.clock.now() - SETTLED_AFTER))
            return joined(self._past, await self.book.figures(since=self._until))

    async def _close(self, until: datetime) -> None:
        """Rows before that moment are past, where all of them are final."""
        if self._until is not None and until <= self._until:
            return
        more = await self.book.figures(since=self._until, until=until)
        if all(figure.status is not UsageStatus.PENDING for figure in more):
            self._past, self._until = joined(self._past, more), until


def _midnight(moment: datetime) -> datetime:
    """Where the day of that moment begins, in UTC: sums of whole days need no rows."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
