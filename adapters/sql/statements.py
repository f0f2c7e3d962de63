"""Small parts that several statements share."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Item = TypeVar("Item")
Insert = sqlite.Insert | postgresql.Insert
CHUNK = 1_000
"""So many values in one statement: every engine takes them, and a plan for them is kept."""


def upsert(connection: AsyncConnection | str, table: Table) -> Insert:
    """The INSERT of the engine, or of the dialect so named, which knows ON CONFLICT."""
    dialect = connection if isinstance(connection, str) else connection.dialect.name
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items in order, so many at a time."""
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


def cleaned(text: str) -> str:
    """The text as the store can hold it, most often itself."""
    return text.encode("utf-8", "replace").decode().replace("\0", " ")
