import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.sql import sqlite_driver
from adapters.sql.database import Database


def thread_name(connection: sqlite3.Connection) -> str:
    """In the middle of a transaction."""
    assert connection.in_transaction
    return threading.current_thread().name


def renamed(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE revisions SET name = '거래 기록' WHERE name = 'e5'")


def added(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO revisions (name, number) VALUES ('e5', 1)")


def mistaken(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE revisions SET name = 'never'")
    raise LookupError


def spaces(connection: sqlite3.Connection) -> list[str]:
    return [space for (space,) in connection.execute("SELECT name FROM revisions")]


class TestBriefWork:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "퀀트.db"

    @pytest.fixture
    async def database(self, path: Path) -> AsyncIterator[Database]:
        database = Database(f"sqlite:///{path}")
        await database.start()
        await database.one_trip(added)
        yield database
        await database.close()

    async def test_it_is_done_on_the_spot(self, database: Database) -> None:
        here = threading.current_thread().name
        assert await database.one_trip(thread_name, brief=True) == here
        assert await database.one_trip(thread_name) != here

    async def test_it_is_committed_or_undone_like_any_other(self, database: Database) -> None:
        await database.one_trip(renamed, brief=True)
        with pytest.raises(LookupError):
            await database.one_trip(mistaken, brief=True)
        assert await database.one_trip(spaces) == ["거래 기록"]

    async def test_it_waits_in_the_thread_for_another_process(self, database: Database, path: Path) -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(database.one_trip(renamed, brief=True))
        for _ in range(20):
            await asyncio.sleep(0.01)
        assert not waiting.done()
        other.execute("COMMIT")
        await waiting
        assert spaces(other) == ["거래 기록"]
        other.close()

    async def test_after_a_slow_one_it_goes_to_the_thread_for_a_while(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        here = threading.current_thread().name
        monkeypatch.setattr(sqlite_driver, "SLOW_SECONDS", -1.0)
        assert await database.one_trip(thread_name, brief=True) == here
        assert await database.one_trip(thread_name, brief=True) != here

    async def test_when_that_while_is_over_it_is_done_on_the_spot_again(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sqlite_driver, "SLOW_SECONDS", -1.0)
        monkeypatch.setattr(sqlite_driver, "IN_THREAD_SECONDS", 0.0)
        for _ in range(2):
            assert await database.one_trip(thread_name, brief=True) == threading.current_thread().name

    async def test_where_commits_wait_for_the_disk_it_never_stays(self, path: Path) -> None:
        database = Database(f"sqlite:///{path}?synchronous=FULL")
        await database.start()
        assert await database.one_trip(thread_name, brief=True) != threading.current_thread().name
        await database.close()
