"""A space of the index that is built beside the one that answers, in SQL."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.audit_trail import note
from adapters.sql.database import Database
from adapters.sql.index_contents import LACKING, LEFT_OVER
from adapters.sql.index_spaces import SpaceRole, hold_spaces, put_space, retire
from adapters.sql.index_tables import index_built, index_spaces
from adapters.sql.outbox import TaskRow, enqueue
from adapters.sql.revisions import bump
from adapters.sql.statements import cleaned
from adapters.sql.tables import backtests, index_tasks
from application.ports.system import Ids
from domain.audit import AuditEntry
from domain.backtest import IndexingState
from domain.revision import Watched
from domain.space import Build, StoredSpace

_BUILDING = index_spaces.c.role == SpaceRole.BUILDING.value
_REFUSED = select(index_built.c.card_id).where(index_built.c.error.is_not(None))


class SqlIndexBuilding:
    """Whoever begins or ends a build holds the spaces until that is committed."""

    def __init__(self, database: Database, *, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    async def begin(self, build: Build, *, at: datetime, act: AuditEntry | None = None) -> None:
        """The space is built from now on, with nothing in it."""
        async with self._database.write() as connection:
            await hold_spaces(connection)
            await retire(connection, SpaceRole.BUILDING, at=at)
            await put_space(connection, build.space, SpaceRole.BUILDING, at=at, reason=build.reason.value)
            await _told(connection, act)

    async def claim(self, builder: str, *, at: datetime, lease_seconds: float, error: str | None = None) -> bool:
        """Whether this builder may go on, alone until its lease ends."""
        free = or_(
            index_spaces.c.builder.is_(None), index_spaces.c.builder == builder, index_spaces.c.lease_ends_at <= at
        )
        mine = {
            "builder": builder,
            "lease_ends_at": at + timedelta(seconds=lease_seconds),
            "error": None if error is None else cleaned(error),
        }
        claiming = update(index_spaces).where(_BUILDING, free).values(mine).returning(index_spaces.c.name)
        async with self._database.write() as connection:
            return (await connection.execute(claiming)).first() is not None

    async def switch(self, space: StoredSpace, *, at: datetime) -> bool:
        """The space answers from now on, where it is complete."""
        async with self._database.write() as connection:
            await hold_spaces(connection)
            building = select(index_spaces.c.name).where(_BUILDING, index_spaces.c.name == space.name)
            if (await connection.execute(building)).first() is None or await _incomplete(connection):
                return False
            await _queue_again(connection, self._ids)
            # What was finished until its task was renewed is seen only now.
            if await _incomplete(connection):
                return False
            await retire(connection, SpaceRole.SERVING, at=at)
            answering = {"role": SpaceRole.SERVING.value, "since": at, "builder": None, "lease_ends_at": None}
            await connection.execute(update(index_spaces).where(_BUILDING).values({**answering, "error": None}))
            await connection.execute(delete(index_built))
            await bump(connection, Watched.INDEX)
            return True

    async def abandon(self, *, at: datetime, act: AuditEntry | None = None) -> None:
        """Nothing is being built any more."""
        async with self._database.write() as connection:
            await hold_spaces(connection)
            await retire(connection, SpaceRole.BUILDING, at=at)
            await _told(connection, act)


async def _told(connection: AsyncConnection, act: AuditEntry | None) -> None:
    if act is not None:
        await note(connection, act)
    await bump(connection, Watched.INDEX)


async def _incomplete(connection: AsyncConnection) -> bool:
    """Whether the space lacks what is indexed, or holds what is gone."""
    for lacks in (LACKING, LEFT_OVER):
        if (await connection.execute(lacks.limit(1))).first() is not None:
            return True
    return False


async def _queue_again(connection: AsyncConnection, ids: Ids) -> None:
    """Every task under another id, so that those in hand come to nothing, and a task for what could not be built."""
    tasks = index_tasks.c
    queued = await connection.execute(select(tasks.card_id, tasks.user_id, tasks.removal).order_by(tasks.task_id))
    again = [TaskRow(card_id=row.card_id, user_id=row.user_id, removal=row.removal) for row in queued]
    refused = select(backtests.c.card_id, backtests.c.user_id).where(
        backtests.c.card_id.in_(_REFUSED), backtests.c.card_id.not_in(select(tasks.card_id))
    )
    rows = (await connection.execute(refused)).all()
    pending = {"indexing": IndexingState.PENDING.value}
    await connection.execute(update(backtests).where(backtests.c.card_id.in_(_REFUSED)).values(pending))
    more = [TaskRow(card_id=row.card_id, user_id=row.user_id, removal=False) for row in rows]
    await enqueue(connection, [*again, *more], ids=ids)
