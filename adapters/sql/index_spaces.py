"""Which space of the index answers, in SQL."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.index_tables import index_built, index_spaces
from adapters.sql.outbox import TaskRow, enqueue
from adapters.sql.revisions import bump
from adapters.sql.statements import upsert
from adapters.sql.tables import backtests
from application.ports.system import Ids
from domain.backtest import IndexingState
from domain.revision import Watched
from domain.space import Build, BuildReason, IndexState, Space, StoredSpace


class SpaceRole(StrEnum):
    """What a space is for."""

    SERVING = "serving"
    BUILDING = "building"
    RETIRED = "retired"


class SqlIndexSpaces:
    """A row a space; whoever changes which of them serves holds all of them until then."""

    def __init__(self, database: Database, *, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    async def state(self) -> IndexState:
        """All spaces that are known."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(index_spaces).order_by(index_spaces.c.name))).all()
        return IndexState(
            serving=next(iter(_of(rows, SpaceRole.SERVING)), None),
            building=next((_build(row) for row in rows if row.role == SpaceRole.BUILDING.value), None),
            retired=tuple(_of(rows, SpaceRole.RETIRED)),
        )

    async def adopt(self, space: StoredSpace, *, at: datetime) -> None:
        """The space answers from now on, and every backtest is queued for it."""
        wanted = select(backtests.c.card_id, backtests.c.user_id).order_by(backtests.c.sequence)
        async with self._database.write() as connection:
            await hold_spaces(connection)
            await retire(connection, SpaceRole.SERVING, SpaceRole.BUILDING, at=at)
            await put_space(connection, space, SpaceRole.SERVING, at=at)
            await connection.execute(update(backtests).values(indexing=IndexingState.PENDING.value))
            rows = await connection.execute(wanted)
            tasks = [TaskRow(card_id=row.card_id, user_id=row.user_id, removal=False) for row in rows]
            await enqueue(connection, tasks, ids=self._ids)
            await bump(connection, Watched.INDEX)

    async def forget(self, space: StoredSpace) -> None:
        """The retired space is gone."""
        retired = index_spaces.c.role == SpaceRole.RETIRED.value
        async with self._database.write() as connection:
            await connection.execute(delete(index_spaces).where(index_spaces.c.name == space.name, retired))


async def hold_spaces(connection: AsyncConnection) -> None:
    """No other transaction changes a space, or takes a task, until this one ends."""
    await connection.execute(select(index_spaces.c.name).with_for_update())


async def retire(connection: AsyncConnection, *roles: SpaceRole, at: datetime) -> None:
    """The spaces of these roles are asked and filled no more."""
    leaving = update(index_spaces).where(index_spaces.c.role.in_([role.value for role in roles]))
    nobody = {"reason": None, "error": None, "builder": None, "lease_ends_at": None}
    await connection.execute(leaving.values(role=SpaceRole.RETIRED.value, since=at, **nobody))
    if SpaceRole.BUILDING in roles:
        await connection.execute(delete(index_built))


async def put_space(
    connection: AsyncConnection, space: StoredSpace, role: SpaceRole, *, at: datetime, reason: str | None = None
) -> None:
    """The space has that role."""
    row: dict[str, object] = {
        "role": role.value,
        "store": space.store,
        "dimensions": space.dimensions,
        "store_kind": space.kind,
        "store_url": space.url,
        "since": at,
        "reason": reason,
    }
    adding = upsert(connection, index_spaces).values(name=space.name, **row)
    await connection.execute(adding.on_conflict_do_update(index_elements=["name"], set_=row))


def _build(row: Row[Any]) -> Build:
    return Build(space=_space(row), reason=BuildReason(row.reason), error=row.error)


def _of(rows: Sequence[Row[Any]], role: SpaceRole) -> list[StoredSpace]:
    return [_space(row) for row in rows if row.role == role.value]


def _space(row: Row[Any]) -> StoredSpace:
    return StoredSpace(
        space=Space.of(row.name),
        store=row.store,
        dimensions=row.dimensions,
        kind=row.store_kind,
        url=row.store_url,
        since=row.since,
    )
