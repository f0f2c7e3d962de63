import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import IntegrityError

from adapters.sql import database as database_module
from adapters.sql import sqlite_driver
from adapters.sql.database import Database
from domain.errors import ConfigurationError, StoreUnavailable
from tests.contracts.sql_engines import OnPostgresql, OnSqlite, Place, administer

ROOT = Path(__file__).parents[4]
USE_SQLITE = """
import asyncio, sys
from adapters.sql.database import Database

async def use():
    database = Database(sys.argv[1])
    await database.start()
    await database.close()

asyncio.run(use())
sys.exit("asyncpg" in sys.modules)
"""
WITHOUT_A_DRIVER = """
import sys
sys.modules["asyncpg"] = None
from adapters.sql import database as database_module
from adapters.sql import sqlite_driver
from adapters.sql.database import Database
from domain.errors import ConfigurationError

try:
    Database("postgresql://localhost/quant")
except ConfigurationError as error:
    print(error)
"""


@pytest.mark.parametrize(
    "url",
    ["", "quant", "mysql://localhost/quant", "sqlite://", "sqlite:///:memory:", "sqlite+aiosqlite:///q.db", "http://x"],
)
def test_another_url_is_refused_by_the_name_of_its_setting(url: str) -> None:
    with pytest.raises(ConfigurationError, match="QUANTRAIL_DATABASE_URL"):
        Database(url)


def test_a_refused_url_does_not_show_its_password() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        Database("mysql://quant:geheim@localhost/quant")
    assert "geheim" not in str(refusal.value)


@pytest.mark.parametrize("option", ["synchronous=OFF", "synchronous=2", "mode=ro", "synchronous=FULL&cache=shared"])
def test_an_option_of_a_file_that_there_is_not_is_refused(tmp_path: Path, option: str) -> None:
    with pytest.raises(ConfigurationError, match="only synchronous=NORMAL or synchronous=FULL may stand"):
        Database(f"sqlite:///{tmp_path / 'q.db'}?{option}")


@pytest.mark.parametrize(("option", "value"), [("", 1), ("?synchronous=normal", 1), ("?synchronous=FULL", 2)])
async def test_a_commit_waits_for_the_disk_where_that_is_wanted(tmp_path: Path, option: str, value: int) -> None:
    database = Database(f"sqlite:///{tmp_path / 'q.db'}{option}")
    async with database.write() as connection:
        assert (await connection.execute(text("PRAGMA synchronous"))).scalar_one() == value
    await database.close()
    assert (tmp_path / "q.db").exists()


def test_sqlite_needs_no_driver_of_postgresql(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", USE_SQLITE, f"sqlite:///{tmp_path / 'q.db'}"], cwd=ROOT, check=True)


def test_a_missing_driver_is_named_with_the_command_that_installs_it() -> None:
    said = subprocess.run([sys.executable, "-c", WITHOUT_A_DRIVER], cwd=ROOT, check=True, capture_output=True)
    assert b"pip install 'quantrail[postgres]'" in said.stdout


class Transactions:
    async def test_a_mistake_of_ours_is_no_outage(self, database: Database) -> None:
        with pytest.raises(IntegrityError):
            async with database.write() as connection:
                await connection.execute(text("INSERT INTO revisions (name, number) VALUES ('a', 1), ('a', 2)"))

    async def test_a_failed_transaction_leaves_the_next_one_alone(self, database: Database) -> None:
        for _ in range(2):
            with pytest.raises(KeyError):
                await half_a_write(database)
        async with database.read() as connection:
            assert (await connection.execute(text("SELECT count(*) FROM revisions"))).scalar_one() == 0


async def half_a_write(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("INSERT INTO revisions (name, number) VALUES ('a', 1)"))
        raise KeyError("a mistake")


class TestSqliteTransactions(OnSqlite, Transactions):
    @pytest.mark.parametrize(
        ("pragma", "value"),
        [
            ("journal_mode", "wal"),
            ("synchronous", 1),
            ("foreign_keys", 1),
            ("busy_timeout", 5000),
            ("secure_delete", 1),
        ],
    )
    async def test_every_connection_is_set_up(self, database: Database, pragma: str, value: object) -> None:
        async with database.write() as writer:
            assert (await writer.execute(text(f"PRAGMA {pragma}"))).scalar_one() == value
            async with database.read() as reader:
                assert (await reader.execute(text(f"PRAGMA {pragma}"))).scalar_one() == value

    async def test_a_reader_cannot_write(self, database: Database) -> None:
        with pytest.raises(StoreUnavailable, match="readonly"):
            async with database.read() as connection:
                await connection.execute(text("DELETE FROM revisions"))

    async def test_a_full_disk_is_told_before_a_call_fails_of_it(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert await database.check() == "sqlite"
        monkeypatch.setattr(database_module, "LEAST_BYTES_FREE", 2**63)
        with pytest.raises(StoreUnavailable, match="bytes are left on the disk of"):
            await database.check()

    async def test_a_file_that_somebody_else_writes_for_long_is_told(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sqlite_driver, "PATIENCE_MS", 50)
        async with database.read() as connection:
            path = (await connection.execute(text("PRAGMA database_list"))).first()
        assert path is not None
        other = sqlite3.connect(path[2], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            await database.check()
        other.execute("ROLLBACK")
        assert await database.check() == "sqlite"
        other.close()


class TestPostgresqlTransactions(OnPostgresql, Transactions):
    async def test_a_server_that_takes_no_changes_is_told(self, place: Place) -> None:
        name = make_url(place.url).database
        await administer(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        database = Database(place.url)
        with pytest.raises(StoreUnavailable, match="read-only"):
            await database.check()
        await database.close()
