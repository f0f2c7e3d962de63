"""The rows that say what the indexes have not seen."""

from collections.abc import Iterable
from typing import TypedDict

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.column_types import EPOCH
from adapters.sql.statements import upsert
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
    adding = upsert(connection, index_tasks)
    replaced = {name: adding.excluded[name] for name in ("task_id", "removal", "due_at", "attempts", "error")}
    await connection.execute(adding.on_conflict_do_update(index_elements=["card_id"], set_=replaced), rows)
