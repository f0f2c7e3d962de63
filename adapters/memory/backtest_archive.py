"""Backtests and the queue of what the indexes have not seen, in memory."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from application.ports.backtest_archive import IndexTask, Matches
from application.ports.backtest_pruning import Outlived, Pruned
from application.ports.index_backlog import Backlog
from application.ports.system import Ids
from domain.backtest import Backtest, IndexingState, RecordOutcome, StoredBacktest, StrategyType, card_id
from domain.errors import NotFound
from domain.filters import Filter, matches_all
from domain.identity import UserScope
from domain.moment import made_at
from domain.ordering import Order
from domain.paging import Page


@dataclass(slots=True, kw_only=True)
class _Queued:
    """A task with its state; `due_at` is None where it is due at once."""

    task: IndexTask
    due_at: datetime | None = None

    def is_due(self, at: datetime) -> bool:
        return self.due_at is None or self.due_at <= at


class InMemoryBacktestArchive:
    """Archive, queries and index queue over one state; each method runs without giving way, so it is a transaction."""

    def __init__(self, *, ids: Ids) -> None:
        self._ids = ids
        self._stored: dict[str, dict[str, StoredBacktest]] = {}
        self._fingerprints: dict[str, str] = {}
        self._queue: dict[str, _Queued] = {}

    async def check(self) -> str:
        """One word or two on its state."""
        return "in memory"

    async def record(self, backtests: Sequence[Backtest], *, scope: UserScope, at: datetime) -> list[RecordOutcome]:
        """One outcome a backtest, in order; see the port."""
        return [self._record(run, scope, at.astimezone(UTC)) for run in backtests]

    async def get(self, backtest_id: str, *, scope: UserScope) -> StoredBacktest:
        """The user's backtest of that id. Raises: NotFound."""
        try:
            return self._of(scope)[card_id(scope, "backtest", backtest_id)]
        except KeyError:
            raise NotFound("backtest", backtest_id) from None

    async def page(self, *, scope: UserScope, limit: int, after: str | None = None) -> Page[StoredBacktest]:
        """The user's backtests, latest record first, from just after the sequence `after`."""
        latest_first = sorted(self._of(scope).values(), key=lambda stored: stored.sequence, reverse=True)
        rest = [stored for stored in latest_first if after is None or stored.sequence < after]
        more = rest[limit - 1].sequence if len(rest) > limit else None
        return Page(items=tuple(rest[:limit]), next_after=more)

    async def delete(self, backtest_id: str, *, scope: UserScope) -> None:
        """It is gone, and its removal from the indexes is queued. Raises: NotFound."""
        gone = await self.get(backtest_id, scope=scope)
        del self._of(scope)[gone.card_id]
        del self._fingerprints[gone.card_id]
        self._enqueue(gone.card_id, scope, None)

    async def outlived(self, wanted: Outlived) -> Pruned:
        """How much would go now; nothing goes."""
        old = self._outlived(wanted)
        return Pruned(backtests=len(old), users=len({stored.scope.user_id for stored in old}))

    async def prune(self, wanted: Outlived, *, limit: int) -> int:
        """At most so many are gone, the oldest first."""
        old = self._outlived(wanted)[:limit]
        for stored in old:
            await self.delete(stored.backtest.backtest_id, scope=stored.scope)
        return len(old)

    async def matching(self, filters: Sequence[Filter], *, scope: UserScope) -> frozenset[str]:
        """The card ids of all the user's backtests that meet every filter."""
        wanted = tuple(filters)
        return frozenset(card for card, stored in self._of(scope).items() if matches_all(stored.backtest, wanted))

    async def ordered(
        self,
        filters: Sequence[Filter],
        *,
        scope: UserScope,
        order: Order | None = None,
        families: Sequence[StrategyType] = (),
        limit: int | None = None,
    ) -> Matches:
        """The user's backtests that meet every filter, at most `limit` of them; see the port."""
        matching = await self.matching(filters, scope=scope)
        runs = sorted((self._of(scope)[card] for card in matching), key=lambda stored: stored.sequence, reverse=True)
        if order is not None:
            runs.sort(key=lambda stored: order.sort_key(stored.backtest))
        runs.sort(key=lambda stored: bool(families) and stored.backtest.strategy.type not in families)
        return Matches(card_ids=tuple(stored.card_id for stored in runs[:limit]), total=len(runs))

    async def by_card(self, card_ids: Sequence[str], *, scope: UserScope) -> dict[str, StoredBacktest]:
        """The user's backtests by card id; ids of others or of nothing are left out."""
        mine = self._of(scope)
        return {card: mine[card] for card in card_ids if card in mine}

    async def first_by_id(self, card_ids: Sequence[str], *, scope: UserScope, limit: int) -> list[str]:
        """So many of the cards at most, by the `backtest_id` of their runs."""
        mine = await self.by_card(card_ids, scope=scope)
        return sorted(mine, key=lambda card: mine[card].backtest.backtest_id)[:limit]

    async def unindexed(self, *, scope: UserScope) -> frozenset[str]:
        """The card ids of the user's backtests that are not indexed."""
        return frozenset(card for card, stored in self._of(scope).items() if _is_unindexed(stored))

    async def take(self, *, limit: int, at: datetime, lease_seconds: float) -> list[IndexTask]:
        """Tasks that are due, oldest first, leased to the caller."""
        due = sorted((q for q in self._queue.values() if q.is_due(at)), key=lambda queued: queued.task.task_id)
        for queued in due[:limit]:
            queued.due_at = at + timedelta(seconds=lease_seconds)
        return [queued.task for queued in due[:limit]]

    async def finish(self, tasks: Sequence[IndexTask]) -> None:
        """The tasks are done; one that was replaced meanwhile marks nothing; the card of a run that is gone goes."""
        mine = list(self._unfinished(tasks))
        for queued in mine:
            del self._queue[queued.task.card_id]
            self._mark(queued.task, IndexingState.INDEXED)
        finished = {queued.task.card_id for queued in mine}
        for task in tasks:
            written = task.backtest is not None and task.card_id not in finished
            if written and task.card_id not in self._of(task.scope):
                self._enqueue(task.card_id, task.scope, None)

    async def postpone(self, tasks: Sequence[IndexTask], *, until: datetime, error: str, failed: bool) -> None:
        """The tasks are due again at `until`; the error is for those who can look into a store, so it is not kept."""
        del error
        for queued in self._unfinished(tasks):
            queued.due_at = until
            queued.task = replace(queued.task, attempts=queued.task.attempts + 1)
            if failed:
                self._mark(queued.task, IndexingState.FAILED)

    async def requeue(self) -> int:
        """Every backtest that is not indexed is queued and due; how many there are."""
        for queued in self._queue.values():
            queued.due_at = None
        pending = [stored for stored in self._all() if _is_unindexed(stored)]
        for stored in pending:
            self._of(stored.scope)[stored.card_id] = replace(stored, indexing=IndexingState.PENDING)
            if stored.card_id not in self._queue:
                self._enqueue(stored.card_id, stored.scope, stored.backtest)
        return len(pending)

    def every(self) -> list[StoredBacktest]:
        """All backtests, user by user, oldest first."""
        return sorted(self._all(), key=lambda stored: (stored.scope.user_id, stored.sequence))

    def queued_cards(self) -> dict[str, UserScope]:
        """The cards that wait for the indexes, and whose they are."""
        return {card: queued.task.scope for card, queued in self._queue.items()}

    def queue(self, cards: Iterable[str]) -> None:
        """A task for each of these cards, which count as not indexed."""
        wanted = frozenset(cards)
        for stored in [stored for stored in self._all() if stored.card_id in wanted]:
            self._of(stored.scope)[stored.card_id] = replace(stored, indexing=IndexingState.PENDING)
            self._enqueue(stored.card_id, stored.scope, stored.backtest)

    def queue_removals(self, cards: Iterable[str], *, scope: UserScope) -> None:
        """A removal for each of these cards."""
        for card in cards:
            self._enqueue(card, scope, None)

    def queue_again(self) -> None:
        """Every task under another id: whoever has it in hand finishes nothing."""
        for queued in sorted(self._queue.values(), key=lambda queued: queued.task.task_id):
            self._enqueue(queued.task.card_id, queued.task.scope, queued.task.backtest)

    async def backlog(self) -> Backlog:
        """What waits now, leased tasks too."""
        tasks = [queued.task for queued in self._queue.values()]
        indexing = [task.task_id for task in tasks if task.backtest is not None]
        removals = [task.task_id for task in tasks if task.backtest is None]
        return Backlog(
            indexing=len(indexing),
            removals=len(removals),
            retried=sum(task.attempts > 0 for task in tasks),
            oldest_indexing_at=made_at(min(indexing, default="")),
            oldest_removal_at=made_at(min(removals, default="")),
        )

    def forget_user(self, user_id: str) -> dict[str, int]:
        """Nothing of the user is there any more; how much was, by kind."""
        gone = self._stored.pop(user_id, {})
        for card in gone:
            del self._fingerprints[card]
        tasks = [card for card, queued in self._queue.items() if queued.task.scope.user_id == user_id]
        for card in tasks:
            del self._queue[card]
        return {"backtests": len(gone), "index_tasks": len(tasks)}

    def _outlived(self, wanted: Outlived) -> list[StoredBacktest]:
        found = []
        for mine in self._stored.values():
            latest_first = sorted(mine.values(), key=lambda stored: stored.sequence, reverse=True)
            for n, stored in enumerate(latest_first, start=1):
                is_old = wanted.before is not None and stored.recorded_at < wanted.before
                if is_old or (wanted.keep is not None and n > wanted.keep):
                    found.append(stored)
        return sorted(found, key=lambda stored: stored.sequence)

    def _of(self, scope: UserScope) -> dict[str, StoredBacktest]:
        return self._stored.setdefault(scope.user_id, {})

    def _all(self) -> Iterator[StoredBacktest]:
        return (stored for mine in self._stored.values() for stored in mine.values())

    def _record(self, run: Backtest, scope: UserScope, at: datetime) -> RecordOutcome:
        card, fingerprint = card_id(scope, "backtest", run.backtest_id), run.fingerprint()
        if card in self._of(scope):
            same = self._fingerprints[card] == fingerprint
            return RecordOutcome.DUPLICATE if same else RecordOutcome.CONFLICT
        self._of(scope)[card] = StoredBacktest(
            backtest=run, scope=scope, sequence=self._ids.new(), recorded_at=at, indexing=IndexingState.PENDING
        )
        self._fingerprints[card] = fingerprint
        self._enqueue(card, scope, run)
        return RecordOutcome.STORED

    def _enqueue(self, card: str, scope: UserScope, run: Backtest | None) -> None:
        """A task in the place of an unfinished one of the same card, whose holder then finishes nothing."""
        task = IndexTask(task_id=self._ids.new(), scope=scope, card_id=card, backtest=run, attempts=0)
        self._queue[card] = _Queued(task=task)

    def _unfinished(self, tasks: Iterable[IndexTask]) -> Iterator[_Queued]:
        for task in tasks:
            queued = self._queue.get(task.card_id)
            if queued is not None and queued.task.task_id == task.task_id:
                yield queued

    def _mark(self, task: IndexTask, state: IndexingState) -> None:
        stored = self._of(task.scope).get(task.card_id)
        if stored is not None and task.backtest is not None:
            self._of(task.scope)[task.card_id] = replace(stored, indexing=state)


def _is_unindexed(stored: StoredBacktest) -> bool:
    return stored.indexing is not IndexingState.INDEXED
