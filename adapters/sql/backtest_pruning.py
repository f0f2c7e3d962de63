"""Old backtests are let go, in SQL."""

from typing import Any

from sqlalchemy import Subquery, delete, false, func, or_, select

from adapters.sql.database import Database
from adapters.sql.outbox import TaskRow, enqueue
from adapters.sql.statements import chunks
from adapters.sql.tables import backtests
from application.ports.backtest_pruning import Outlived, Pruned
from application.ports.system import Ids

_columns = backtests.c


class SqlBacktestPruning:
    """A few a transaction, so that nobody waits long; several processes may do so at once."""

    def __init__(self, database: Database, *, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    async def outlived(self, wanted: Outlived) -> Pruned:
        """How much would go now; nothing goes."""
        old = _outlived(wanted)
        counting = select(func.count(), func.count(old.c.user_id.distinct()))
        async with self._database.read() as connection:
            runs, users = (await connection.execute(counting.select_from(old))).one()
        return Pruned(backtests=runs, users=users)

    async def prune(self, wanted: Outlived, *, limit: int) -> int:
        """At most so many are gone, the oldest first, and their removal from the indexes is queued."""
        old = _outlived(wanted)
        oldest = select(old.c.card_id).order_by(old.c.sequence, old.c.card_id).limit(limit)
        async with self._database.read() as connection:
            cards = sorted((await connection.execute(oldest)).scalars())
        tasks: list[TaskRow] = []
        async with self._database.write() as connection:
            for chunk in chunks(cards):
                mine = delete(backtests).where(_columns.card_id.in_(chunk))
                gone = await connection.execute(mine.returning(_columns.card_id, _columns.user_id))
                tasks += [TaskRow(card_id=row.card_id, user_id=row.user_id, removal=True) for row in gone]
            await enqueue(connection, sorted(tasks, key=lambda task: task["card_id"]), ids=self._ids)
        return len(tasks)


def _outlived(wanted: Outlived) -> Subquery:
    latest_first = func.row_number().over(partition_by=_columns.user_id, order_by=_columns.sequence.desc())
    ranked = select(
        _columns.card_id, _columns.user_id, _columns.sequence, _columns.recorded_at, latest_first.label("n")
    )
    runs = ranked.subquery()
    old: Any = false() if wanted.before is None else runs.c.recorded_at < wanted.before
    beyond: Any = false() if wanted.keep is None else runs.c.n > wanted.keep
    return select(runs.c.card_id, runs.c.user_id, runs.c.sequence).where(or_(old, beyond)).subquery()
