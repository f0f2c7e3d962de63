"""Group commit: whatever arrived while the last batch was committed makes the next one."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from adapters.sql.ledger_batch import Opening, Operation, Outcome, Settling
from domain.errors import DomainError, StoreUnavailable
from domain.usage import Settlement, TokenUsage, UsageEntry, UsageStatus

MOST_AT_ONCE = 256
MOST_WAITING = 20_000
"""More calls than this do not begin; those that began are always settled."""


class Batches(Protocol):
    """Where batches are committed."""

    async def run(self, operations: Sequence[Operation]) -> list[Outcome]:
        """How each of them ended, once all of it is committed.

        Raises: StoreUnavailable; whatever else it raises is a mistake in one of them. Nothing is written then.
        """


@dataclass(slots=True, eq=False, kw_only=True)
class Waiting:
    """An operation whose caller waits for it, or has left."""

    operation: Operation
    done: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    left: bool = False

    def end(self, outcome: Outcome) -> None:
        """The caller hears of it."""
        if isinstance(outcome, bool):
            self.done.set_result(outcome)
        else:
            self.fail(outcome)

    def fail(self, error: BaseException) -> None:
        """The caller hears of it, where there is still one: nobody else has to."""
        self.done.set_exception(error)
        self.done.exception()


class LedgerWriter:
    """Commits operations in batches, in the order in which they came."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self._waiting: deque[Waiting] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._closed = False

    async def open(self, opening: Opening) -> None:
        """The row is committed. Raises: BudgetExhausted, StoreUnavailable.

        A caller that is cancelled meanwhile leaves nothing that waits: either the row was never written, or it is
        settled as failed at no cost, by this writer, since a caller who never came back sent nothing upstream.
        """
        if self._closed or len(self._waiting) >= MOST_WAITING:
            raise StoreUnavailable("database", "the ledger is closing" if self._closed else "too many calls wait")
        waiting = self._enqueue(opening)
        try:
            await asyncio.shield(waiting.done)
        except asyncio.CancelledError:
            self._leave(waiting, opening.entry)
            raise

    async def settle(self, settling: Settling) -> bool:
        """Whether the row was still pending; it is made final although the caller may be cancelled meanwhile.

        Raises: NotFound, StoreUnavailable.
        """
        return await asyncio.shield(self._enqueue(settling).done)

    async def close(self) -> None:
        """What waits is committed, or has failed; nothing begins any more."""
        self._closed = True
        while self._worker is not None:
            await asyncio.wait([self._worker])

    def _enqueue(self, operation: Operation) -> Waiting:
        waiting = Waiting(operation=operation)
        self._waiting.append(waiting)
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
        return waiting

    def _leave(self, waiting: Waiting, entry: UsageEntry) -> None:
        with contextlib.suppress(ValueError):
            self._waiting.remove(waiting)
            return
        waiting.left = True
        if waiting.done.done() and waiting.done.exception() is None:
            self._enqueue(_nothing_was_sent(entry))

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))]
                await self._commit(batch)
        finally:
            self._worker = None

    async def _commit(self, batch: Sequence[Waiting]) -> None:
        try:
            outcomes = await self._batches.run([each.operation for each in batch])
        except DomainError as failure:
            for each in batch:
                each.fail(failure)
        except Exception as mistake:  # noqa: BLE001  # whatever it is, its callers hear of it
            await self._one_by_one(batch, mistake)
        except BaseException:
            self._break_off(batch)
            raise
        else:
            for each, outcome in zip(batch, outcomes, strict=True):
                self._end(each, outcome)

    def _end(self, waiting: Waiting, outcome: Outcome) -> None:
        waiting.end(outcome)
        if waiting.left and outcome is True and isinstance(waiting.operation, Opening):
            self._enqueue(_nothing_was_sent(waiting.operation.entry))

    async def _one_by_one(self, batch: Sequence[Waiting], mistake: Exception) -> None:
        """A mistake in one operation is no reason to refuse the others."""
        if len(batch) == 1:
            batch[0].fail(mistake)
            return
        for each in batch:
            await self._commit([each])

    def _break_off(self, batch: Sequence[Waiting]) -> None:
        """The loop ends: nobody may wait for what will not happen."""
        for each in (*batch, *self._waiting):
            each.done.cancel()
        self._waiting.clear()


def _nothing_was_sent(entry: UsageEntry) -> Settling:
    settlement = Settlement(
        status=UsageStatus.FAILED,
        usage=TokenUsage(),
        cost_usd=Decimal(0),
        settled_at=entry.at,
        latency_ms=0,
        reason="abandoned",
    )
    return Settling(entry_id=entry.entry_id, settlement=settlement)
