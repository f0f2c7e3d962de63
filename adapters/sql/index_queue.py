"""The outbox between archive and indexes, in SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Update, case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.column_types import EPOCH
from adapters.sql.database import Database
from adapters.sql.documents import BACKTEST
from adapters.sql.index_tables import index_spaces
from adapters.sql.outbox import TaskRow, enqueue
from adapters.sql.statements import chunks, cleaned
from adapters.sql.tables import backtest_documents, backtests, index_tasks
from application.ports.backtest_archive import IndexTask
from application.ports.index_backlog import Backlog
from application.ports.system import Ids
from domain.backtest import IndexingState
from domain.identity import UserScope
from domain.moment import made_at

_SERVING = select(index_spaces.c.name).with_for_update(read=True)


class SqlIndexQueue:
    """Several processes may take from it: on PostgreSQL each passes over what another is just taking."""

    def __init__(self, database: Database, *, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    async def take(self, *, limit: int, at: datetime, lease_seconds: float) -> list[IndexTask]:
        """Tasks that are due, oldest first, leased to the caller. Raises: StoreUnavailable."""
        due = (
            select(index_tasks, backtest_documents.c.document)
            .outerjoin_from(index_tasks, backtest_documents, index_tasks.c.card_id == backtest_documents.c.card_id)
            .where(index_tasks.c.due_at <= at)
            .order_by(index_tasks.c.task_id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=index_tasks)
        )
        async with self._database.write() as connection:
            # A switch to another space waits until this is committed, and renews the task; or this waits for it.
            await connection.execute(_SERVING)
            tasks = [_task(row) for row in await connection.execute(due) if row.removal or row.document is not None]
            await _change(connection, tasks, due_at=at + timedelta(seconds=lease_seconds))
        return tasks

    async def finish(self, tasks: Sequence[IndexTask]) -> None:
        """The tasks are done; one that was replaced meanwhile marks nothing; the card of a run that is gone goes."""
        async with self._database.write() as connection:
            for chunk in chunks(tasks):
                mine = index_tasks.c.task_id.in_([task.task_id for task in chunk])
                done = await connection.execute(delete(index_tasks).where(mine).returning(index_tasks.c.card_id))
                finished = set(done.scalars())
                indexed = {"indexing": IndexingState.INDEXED.value}
                await connection.execute(update(backtests).where(backtests.c.card_id.in_(finished)).values(indexed))
                replaced = {t.card_id: t for t in chunk if t.backtest is not None and t.card_id not in finished}
                await self._remove_those_gone(connection, replaced)

    async def _remove_those_gone(self, connection: AsyncConnection, written: Mapping[str, IndexTask]) -> None:
        """Another process may have removed these cards before they were written: their removal is queued anew."""
        if not written:
            return
        there = select(backtests.c.card_id).where(backtests.c.card_id.in_(list(written)))
        gone = written.keys() - set((await connection.execute(there)).scalars())
        removals = [TaskRow(card_id=card, user_id=written[card].scope.user_id, removal=True) for card in sorted(gone)]
        await enqueue(connection, removals, ids=self._ids)

    async def postpone(self, tasks: Sequence[IndexTask], *, until: datetime, error: str, failed: bool) -> None:
        """The tasks are due again at `until`, with one more attempt counted; `failed` marks their backtests so."""
        more = index_tasks.c.attempts + 1
        async with self._database.write() as connection:
            cards = await _change(connection, tasks, due_at=until, attempts=more, error=cleaned(error))
            for chunk in chunks(cards) if failed else ():
                marked = update(backtests).where(backtests.c.card_id.in_(chunk))
                await connection.execute(marked.values(indexing=IndexingState.FAILED.value))

    async def requeue(self) -> int:
        """Every backtest that is not indexed is queued and due; how many there are."""
        unindexed = backtests.c.indexing != IndexingState.INDEXED.value
        unqueued = backtests.c.card_id.not_in(select(index_tasks.c.card_id))
        wanted = select(backtests.c.card_id, backtests.c.user_id).where(unindexed, unqueued)
        async with self._database.write() as connection:
            # Whoever took a task before this start may have died with it.
            await connection.execute(update(index_tasks).values(due_at=EPOCH))
            pending = {"indexing": IndexingState.PENDING.value}
            marked = await connection.execute(update(backtests).where(unindexed).values(pending))
            rows = await connection.execute(wanted.order_by(backtests.c.sequence))
            tasks = [TaskRow(card_id=row.card_id, user_id=row.user_id, removal=False) for row in rows]
            await enqueue(connection, tasks, ids=self._ids)
        return marked.rowcount

    async def backlog(self) -> Backlog:
        """What waits now, leased tasks too."""
        columns, retried = index_tasks.c, case((index_tasks.c.attempts > 0, 1), else_=0)
        counts = func.count().label("tasks"), func.sum(retried).label("retried")
        wanted = select(columns.removal, *counts, func.min(columns.task_id).label("oldest")).group_by(columns.removal)
        async with self._database.read() as connection:
            rows = {row.removal: row for row in await connection.execute(wanted)}
        indexing, removals = rows.get(False), rows.get(True)
        return Backlog(
            indexing=indexing.tasks if indexing else 0,
            removals=removals.tasks if removals else 0,
            retried=sum(int(row.retried) for row in rows.values()),
            oldest_indexing_at=made_at(indexing.oldest) if indexing else None,
            oldest_removal_at=made_at(removals.oldest) if removals else None,
        )


def _task(row: Row[Any]) -> IndexTask:
    return IndexTask(
        task_id=row.task_id,
        scope=UserScope(user_id=row.user_id),
        card_id=row.card_id,
        backtest=None if row.removal else BACKTEST.read(row.document),
        attempts=row.attempts,
    )


async def _change(connection: AsyncConnection, tasks: Sequence[IndexTask], **values: object) -> list[str]:
    """The cards of those tasks that nothing replaced meanwhile."""
    cards: list[str] = []
    for chunk in chunks(tasks):
        change: Update = update(index_tasks).where(index_tasks.c.task_id.in_([task.task_id for task in chunk]))
        changed = await connection.execute(change.values(values).returning(index_tasks.c.card_id))
        cards += changed.scalars()
    return cards
