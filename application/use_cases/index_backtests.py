"""Bring the indexes up to what the archive holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from application.attempt import worked_for
from application.doors import UserDoors
from application.memory import BacktestMemory
from application.ports.backtest_archive import IndexQueue, IndexTask
from application.ports.system import Clock, Ids
from domain.access_errors import RateLimited
from domain.errors import BudgetExhausted, DomainError, Refused
from domain.generation import Caller
from domain.identity import Principal, Role

LEASE_SECONDS = 120.0
LONGEST_WAIT_SECONDS = 3.0
LONGEST_PAID_WAIT_SECONDS = 120.0
"""After a failure that a provider may charge for, such as silence: trying again soon would be paid for each time."""
BUDGET_WAIT_SECONDS = 60.0
REFUSED_WAIT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """How many tasks were taken, and how long to leave what is down alone. Units: seconds."""

    taken: int
    wait_seconds: float = 0.0


@dataclass(slots=True, kw_only=True)
class Paid:
    """How many embeddings in a row failed that may have to be paid for, whoever they were for."""

    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexBacktests:
    """Index what is queued, a batch a call; what it came to, and how long to wait before the next.

    A batch that cannot be indexed now comes back later: nothing is lost while a model or a store is down. Several
    batches may be under way at once, where no two of them hold the same card.
    """

    queue: IndexQueue
    memory: BacktestMemory
    clock: Clock
    ids: Ids
    paid: Paid = field(default_factory=Paid)
    doors: UserDoors = field(default_factory=UserDoors)

    async def __call__(self) -> Indexed:
        batches = await self.take()
        waits = [await self.index(batch) for batch in batches]
        return Indexed(taken=sum(map(len, batches)), wait_seconds=max(waits, default=0.0))

    @property
    def most_taken(self) -> int:
        """So many tasks at a time: as many as one request to the embedding model carries. Raises: ModelUnavailable."""
        return self.memory.embedder.texts_at_once()

    async def take(self) -> list[list[IndexTask]]:
        """What is due, oldest first, in a batch a user: each pays for their own. Raises: StoreUnavailable."""
        tasks = await self.queue.take(limit=self.most_taken, at=self.clock.now(), lease_seconds=LEASE_SECONDS)
        return [list(group) for _, group in groupby(sorted(tasks, key=_user), key=_user)]

    async def index(self, tasks: Sequence[IndexTask]) -> float:
        """How long whatever failed will be down, as far as one can tell. Units: seconds."""
        try:
            with self.doors.inside({tasks[0].scope.user_id}):
                await self._apply(tasks)
        except Refused as failure:
            return await self._set_aside(tasks, failure)
        except DomainError as failure:
            if isinstance(failure, BudgetExhausted) and failure.never_fits and len(tasks) > 1:
                return await self._halved(tasks)
            wait = self._wait(tasks, failure)
            until = self.clock.now() + timedelta(seconds=wait)
            await self.queue.postpone(tasks, until=until, error=failure.code, failed=False)
            # A budget is one user's, and most rate limits are; what is down is down for all.
            return 0.0 if isinstance(failure, BudgetExhausted | RateLimited) else wait
        return 0.0

    async def _halved(self, tasks: Sequence[IndexTask]) -> float:
        """A batch that needs more than the whole budget would wait for ever; its parts may fit."""
        middle = len(tasks) // 2
        return max(await self.index(tasks[:middle]), await self.index(tasks[middle:]))

    async def _apply(self, tasks: Sequence[IndexTask]) -> None:
        scope = tasks[0].scope
        principal = Principal(user_id=scope.user_id, roles=frozenset({Role.SERVICE}))
        caller = Caller(principal=principal, request_id=f"index-{self.ids.new()}", in_background=True)
        await self.memory.remove([task.card_id for task in tasks if task.backtest is None], scope=scope)
        runs = {task.card_id: task.backtest for task in tasks if task.backtest is not None}
        if runs:
            await self.memory.add(runs, caller=caller)
            self.paid.failures = 0
        await self.queue.finish(tasks)

    async def _set_aside(self, tasks: Sequence[IndexTask], failure: Refused) -> float:
        """One card that is refused must not hold up the others: alone, it is marked; among others, each is tried."""
        if len(tasks) == 1:
            until = self.clock.now() + timedelta(seconds=REFUSED_WAIT_SECONDS)
            await self.queue.postpone(tasks, until=until, error=failure.detail, failed=True)
            return 0.0
        return max([await self.index([task]) for task in tasks])

    def _wait(self, tasks: Sequence[IndexTask], failure: DomainError) -> float:
        if isinstance(failure, BudgetExhausted):
            return min(BUDGET_WAIT_SECONDS, _seconds_until(failure.resets_at, self.clock.now()))
        if isinstance(failure, RateLimited):
            return failure.retry_after_seconds
        if worked_for(failure):
            self.paid.failures += 1
            return min(LONGEST_PAID_WAIT_SECONDS, 0.25 * 2.0 ** min(self.paid.failures, 10))
        attempts = max(task.attempts for task in tasks)
        return min(LONGEST_WAIT_SECONDS, 0.25 * 2.0 ** min(attempts, 10))


def _user(task: IndexTask) -> str:
    return task.scope.user_id


def _seconds_until(moment: datetime, now: datetime) -> float:
    return max(0.0, (moment - now).total_seconds())
