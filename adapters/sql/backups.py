"""Copies of a whole database, in SQL: the tables as they are found there, so that none can be forgotten."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, func, insert, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.backup_file import BackupFile
from adapters.sql.backup_form import BackupWriter, columns_of
from adapters.sql.database import POSTGRESQL, Database
from adapters.sql.index_tables import index_built, index_spaces
from adapters.sql.schema import is_known, migrate, migrate_to, schema_of
from application.ports.backups import Progress
from domain.backup import BackupContents, TargetInUse, UnusableBackup

PAGE = 2_000
VERSIONS = "alembic_version"
MADE_BY_A_START = frozenset({"revisions", "index_spaces", "price_facts"})
"""Tables of which a process that has only been started fills some: a database with nothing else in it is empty."""
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)


class SqlBackups:
    """Reads in one snapshot, writes in one transaction, and holds a few thousand rows at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pieces(self, *, at: datetime) -> AsyncIterator[bytes]:
        """The bytes of a copy of this moment; see the port."""
        async with self._database.snapshot() as connection:
            tables = await connection.run_sync(_found)
            schema = await connection.run_sync(schema_of)
            writer = BackupWriter(product=version("quantrail"), schema=schema, made_at=at)
            try:
                for table in tables:
                    writer.begin(table.name, columns_of(table))
                    async for rows in _rows(connection, table):
                        # Packing takes longer than reading: others are answered meanwhile.
                        yield await asyncio.to_thread(writer.add, rows)
                    yield writer.end(table.name)
                yield writer.close()
            finally:
                writer.abandon()

    async def checked(self, path: Path, told: Progress) -> BackupContents:
        """What the file holds, once all of it was looked at."""
        return await asyncio.to_thread(_checked, path, told)

    async def restored(self, path: Path, *, replace: bool, told: Progress) -> BackupContents:
        """The database holds what the file does; see the port."""
        with BackupFile.opened(path) as backup:
            _check_schema(path, backup.manifest.schema)
            async with self._database.write() as connection:
                await _check_alone(connection)
                await connection.run_sync(migrate)
                await _check_empty(connection, replace=replace)
                await connection.run_sync(_drop)
                await connection.run_sync(partial(migrate_to, backup.manifest.schema))
                for table in await connection.run_sync(_found):
                    await _fill(connection, table, backup, told)
                await connection.run_sync(migrate)
                for table in (index_built, index_spaces):
                    await connection.execute(table.delete())
            return backup.manifest.contents


def _checked(path: Path, told: Progress) -> BackupContents:
    with BackupFile.opened(path) as backup:
        _check_schema(path, backup.manifest.schema)
        backup.check(told)
        return backup.manifest.contents


def _check_schema(path: Path, schema: str) -> None:
    if not is_known(schema):
        raise UnusableBackup(f"{path}: a newer version made it (schema {schema}); upgrade this program")


def _found(connection: Connection) -> list[Table]:
    """The tables that are there, those that others point to first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != VERSIONS]


def _drop(connection: Connection) -> None:
    found = MetaData()
    found.reflect(connection)
    found.drop_all(connection)


async def _check_alone(connection: AsyncConnection) -> None:
    """A file has an owner, who is asked for before; a server may have others at work in it."""
    if connection.dialect.name != POSTGRESQL:
        return
    others = (await connection.execute(text(_OTHERS))).scalar_one()
    if others:
        raise TargetInUse(f"{others} others are connected to this database; stop them first")


async def _check_empty(connection: AsyncConnection, *, replace: bool) -> None:
    for table in () if replace else await connection.run_sync(_found):
        if table.name in MADE_BY_A_START:
            continue
        rows = (await connection.execute(select(func.count()).select_from(table))).scalar_one()
        if rows:
            raise TargetInUse(f"it holds {rows} rows in {table.name}; --replace removes all that is in it")


async def _rows(connection: AsyncConnection, table: Table) -> AsyncIterator[Sequence[Sequence[object]]]:
    """Every row, a page at a time, in the order of the primary key."""
    key = list(table.primary_key.columns)
    first = select(table).order_by(*key).limit(PAGE)
    places = [list(table.columns).index(column) for column in key]
    page = first
    while rows := (await connection.execute(page)).all():
        yield rows
        if len(rows) < PAGE:
            return
        page = first.where(tuple_(*key) > tuple_(*(rows[-1][place] for place in places)))


async def _fill(connection: AsyncConnection, table: Table, backup: BackupFile, told: Progress) -> None:
    member = backup.manifest.tables.get(table.name)
    if member is None:
        return
    if member.columns != columns_of(table):
        raise UnusableBackup(f"the columns of {table.name} are not those of schema {backup.manifest.schema}")
    names = [name for name, _ in member.columns]
    for rows in backup.rows(table.name):
        await connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
        told(len(rows))
