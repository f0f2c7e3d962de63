"""The book of calls, kept whatever happens to who asked: cancelled callers, a database that is away for a while."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from application.attempt import ABANDONED, Attempt
from application.ports.system import Clock
from application.ports.usage_ledger import UsageLedger
from domain.errors import DeadlineExceeded, NotFound, StoreUnavailable
from domain.usage import Settlement

PATIENCE_SECONDS = 5.0
"""How long an answer waits for its row to be final; after that it is given, and the row follows."""
WAITS_SECONDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Between the tries to settle while the database is away. A row that outlasts them is the sweeper's."""
MOST_UNDER_WAY = 10_000
CLOSING_SECONDS = 5.0
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Opens and settles rows. What is begun goes on without its caller, and is known until it ends."""

    ledger: UsageLedger
    clock: Clock
    under_way: set[asyncio.Task[Any]] = field(default_factory=set)

    async def open(self, attempt: Attempt, *, within_seconds: float) -> None:
        """The row and its holds are committed; only then may the provider hear of it.

        Where the caller leaves meanwhile, or the database does not say in time how it ended, a row that was written
        after all is closed at no cost: nothing was sent. Raises: BudgetExhausted, StoreUnavailable, DeadlineExceeded.
        """
        opening = self._begin(self.ledger.open(attempt.entry, holds=attempt.holds()))
        try:
            await asyncio.wait({opening}, timeout=within_seconds)
        except asyncio.CancelledError:
            self._begin(self._take_back(opening, attempt, ABANDONED))
            raise
        if not opening.done():
            self._begin(self._take_back(opening, attempt, DeadlineExceeded.code))
            raise DeadlineExceeded("the database did not take the call's row in time")
        try:
            opening.result()
        except StoreUnavailable as failure:
            self._settle_later(attempt, attempt.not_worked_for(failure.code))
            raise

    async def settle(self, attempt: Attempt, settlement: Settlement) -> None:
        """The row is final, or will be: who waits for it keeps the answer that it is for, whatever the database does.

        Raises nothing of its own; a caller that is cancelled leaves it to go on.
        """
        await self.see_to(self.settled(attempt, settlement))

    async def settled(self, attempt: Attempt, settlement: Settlement) -> None:
        """The row is final, or is tried again later."""
        try:
            await self.ledger.settle(attempt.entry.entry_id, settlement)
        except StoreUnavailable:
            self._settle_later(attempt, settlement)

    async def see_to(self, work: Coroutine[Any, Any, None]) -> None:
        """Done, or under way for longer than one waits; a failure of it is its own, and the event loop's to report."""
        await asyncio.wait({self._begin(work)}, timeout=PATIENCE_SECONDS)

    async def close(self) -> None:
        """What is under way has ended, or is given up: the sweeper settles what is left."""
        ends = asyncio.get_running_loop().time() + CLOSING_SECONDS
        while self.under_way and (left := ends - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(self.under_way, timeout=left)
        given_up = list(self.under_way)
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)

    async def _take_back(self, opening: asyncio.Task[None], attempt: Attempt, reason: str) -> None:
        """A row that was opened for nobody is closed; one that was refused is none."""
        await asyncio.wait({opening})
        failure = None if opening.cancelled() else opening.exception()
        if isinstance(failure, StoreUnavailable):
            self._settle_later(attempt, attempt.not_worked_for(reason))
        elif failure is None and not opening.cancelled():
            await self.settled(attempt, attempt.not_worked_for(reason))

    def _settle_later(self, attempt: Attempt, settlement: Settlement) -> None:
        if len(self.under_way) < MOST_UNDER_WAY:
            self._begin(self._try_again(attempt.entry.entry_id, settlement))

    async def _try_again(self, entry_id: str, settlement: Settlement) -> None:
        for seconds in WAITS_SECONDS:
            await self.clock.sleep(seconds)
            try:
                await self.ledger.settle(entry_id, settlement)
            except StoreUnavailable:
                continue
            except NotFound:
                # It was never written.
                return
            return

    def _begin(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        task = asyncio.create_task(work)
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)
        return task
