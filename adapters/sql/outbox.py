"""The rows that say what the indexes have not seen."""

from collections.abc import Iterable
from functools import cache
from typing import TypedDict

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.column_types import EPOCH
from adapters.sql.statements import Insert, upsert
from adapters.sql.tables import index_tasks
from application.ports.system import Ids


class TaskRow(TypedDict):
    """What makes one task differ from another."""

    card_id: str
    user_id: str
    removal: bool


async def enqueue(connection: AsyncConnection, tasks: Iterable[TaskRow], *, ids: Ids) -> None:
    """The tasks are due at once, each in the place of an unfinished one of its card, whose holder finishes nothing."""
    rows = [{**task, "task_id": ids.new(), "due_at": EPOCH, "attempts": 0, "error": None} for task in tasks]
    if not rows:
        return
    await connection.execute(_enqueueing(connection.dialect.name), rows)


@cache
def _enqueueing(dialect: str) -> Insert:
    adding = upsert(dialect, index_tasks)
    replaced = {name: adding.excluded[name] for name in ("task_id", "removal", "due_at", "attempts", "error")}
    return adding.on_conflict_do_update(index_elements=["card_id"], set_=replaced)
