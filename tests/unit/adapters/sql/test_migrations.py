import asyncio
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection, Integer, MetaData, inspect, text

from adapters.sql.database import Database
from adapters.sql.schema import MIGRATIONS
from adapters.sql.tables import metadata
from domain.errors import ConfigurationError
from tests.contracts.sql_engines import OnPostgresql, OnSqlite, Place

ROOT = Path(__file__).parents[4]
NEWEST = max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]
START = """
import asyncio, sys
from adapters.sql.database import Database

async def start():
    database = Database(sys.argv[1])
    await database.start()
    await database.close()

asyncio.run(start())
"""


async def start(place: Place) -> None:
    database = Database(place.url)
    try:
        await database.start()
    finally:
        await database.close()


async def revisions(place: Place) -> list[str]:
    database = Database(place.url)
    async with database.read() as connection:
        found = list((await connection.execute(text("SELECT version_num FROM alembic_version"))).scalars())
    await database.close()
    return found


def differences(connection: Connection, wanted: MetaData) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), wanted))


class Migrations:
    async def test_an_empty_database_gets_every_table(self, empty: Place) -> None:
        await start(empty)
        database = Database(empty.url)
        async with database.read() as connection:
            tables = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
        await database.close()
        assert tables == {*metadata.tables, "alembic_version"}

    async def test_starting_again_changes_nothing(self, empty: Place) -> None:
        await start(empty)
        await start(empty)
        assert await revisions(empty) == [NEWEST]

    async def test_what_the_migrations_make_is_what_the_tables_say(self, empty: Place) -> None:
        await start(empty)
        database = Database(empty.url)
        async with database.read() as connection:
            assert await connection.run_sync(differences, metadata) == []
        await database.close()

    async def test_a_column_that_no_migration_makes_is_noticed(self, database: Database) -> None:
        wanted = MetaData()
        for table in metadata.tables.values():
            table.to_metadata(wanted)
        wanted.tables["strategies"].append_column(Column("forgotten", Integer))
        async with database.read() as connection:
            [difference] = await connection.run_sync(differences, wanted)
        assert "forgotten" in str(difference)

    async def test_a_schema_that_is_newer_than_the_program_is_refused(self, place: Place, database: Database) -> None:
        async with database.write() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(ConfigurationError, match="schema 9999"):
            await start(place)
        assert await revisions(place) == ["9999"]

    async def test_several_connections_may_start_at_once(self, empty: Place) -> None:
        await asyncio.gather(*(start(empty) for _ in range(4)))
        assert await revisions(empty) == [NEWEST]

    async def test_several_processes_may_start_at_once(self, empty: Place) -> None:
        processes = [
            await asyncio.create_subprocess_exec(sys.executable, "-W", "error", "-c", START, empty.url, cwd=ROOT)
            for _ in range(2)
        ]
        assert await asyncio.gather(*(process.wait() for process in processes)) == [0, 0]
        assert await revisions(empty) == [NEWEST]

    async def test_the_working_directory_does_not_matter(
        self, empty: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        await start(empty)
        assert await revisions(empty) == [NEWEST]


class TestSqliteMigrations(OnSqlite, Migrations):
    pass


class TestPostgresqlMigrations(OnPostgresql, Migrations):
    pass
