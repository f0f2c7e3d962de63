"""The archive as the index is held against it, in SQL."""

from collections.abc import Sequence

from sqlalchemy import func, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.outbox import TaskRow, enqueue
from adapters.sql.statements import chunks, cleaned
from adapters.sql.tables import backtests, index_tasks
from application.ports.index_census import Census
from application.ports.system import Ids
from domain.backtest import IndexingState
from domain.identity import UserScope
from domain.index_status import ArchiveCounts

_BY_STATE = select(backtests.c.indexing, func.count().label("cards")).group_by(backtests.c.indexing)
_REMOVALS = select(func.count()).select_from(index_tasks).where(index_tasks.c.removal)
_USERS = select(func.count(func.distinct(backtests.c.user_id)))


class SqlIndexCensus:
    """Counts and ids; no document is read."""

    def __init__(self, database: Database, *, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    async def counts(self) -> ArchiveCounts:
        """How many there are of everything."""
        async with self._database.snapshot() as connection:
            by_state = {row.indexing: row.cards for row in await connection.execute(_BY_STATE)}
            removals = (await connection.execute(_REMOVALS)).scalar_one()
            users = (await connection.execute(_USERS)).scalar_one()
        return ArchiveCounts(
            backtests=sum(by_state.values()),
            indexed=by_state.get(IndexingState.INDEXED.value, 0),
            pending=by_state.get(IndexingState.PENDING.value, 0),
            failed=by_state.get(IndexingState.FAILED.value, 0),
            removals=removals,
            users=users,
        )

    async def owners(self, *, limit: int, after: str | None = None) -> list[UserScope]:
        """Users with backtests, or with cards to be removed, by id."""
        every = union(select(backtests.c.user_id), select(index_tasks.c.user_id)).subquery()
        wanted = select(every.c.user_id).order_by(every.c.user_id).limit(limit)
        if after is not None:
            wanted = wanted.where(every.c.user_id > cleaned(after))
        async with self._database.read() as connection:
            return [UserScope(user_id=user_id) for user_id in (await connection.execute(wanted)).scalars()]

    async def cards(self, *, scope: UserScope) -> Census:
        """The user's cards."""
        mine = select(backtests.c.card_id, backtests.c.indexing).where(backtests.c.user_id == scope.user_id)
        queued = select(index_tasks.c.card_id).where(index_tasks.c.user_id == scope.user_id)
        async with self._database.snapshot() as connection:
            state_of = {row.card_id: row.indexing for row in await connection.execute(mine)}
            waiting = frozenset((await connection.execute(queued)).scalars())
        indexed = frozenset(card for card, state in state_of.items() if state == IndexingState.INDEXED.value)
        return Census(indexed=indexed - waiting, known=waiting.union(state_of))

    async def mend(self, *, scope: UserScope, missing: Sequence[str], surplus: Sequence[str]) -> None:
        """Queues what is missing to be indexed again and what is surplus to be removed."""
        async with self._database.write() as connection:
            there = await _marked(connection, scope, missing)
            kept = await _present(connection, scope, surplus)
            rows = [TaskRow(card_id=card, user_id=scope.user_id, removal=False) for card in there]
            gone = [card for card in surplus if card not in kept]
            rows += [TaskRow(card_id=card, user_id=scope.user_id, removal=True) for card in gone]
            await enqueue(connection, rows, ids=self._ids)


async def _marked(connection: AsyncConnection, scope: UserScope, cards: Sequence[str]) -> list[str]:
    """Those that are the user's backtests, which count as not indexed from now on."""
    pending = {"indexing": IndexingState.PENDING.value}
    marked: list[str] = []
    for chunk in chunks(cards):
        mine = update(backtests).where(backtests.c.user_id == scope.user_id, backtests.c.card_id.in_(chunk))
        marked += (await connection.execute(mine.values(pending).returning(backtests.c.card_id))).scalars()
    return sorted(marked)


async def _present(connection: AsyncConnection, scope: UserScope, cards: Sequence[str]) -> set[str]:
    present: set[str] = set()
    for chunk in chunks(cards):
        mine = select(backtests.c.card_id).where(backtests.c.user_id == scope.user_id, backtests.c.card_id.in_(chunk))
        present |= set((await connection.execute(mine)).scalars())
    return present
