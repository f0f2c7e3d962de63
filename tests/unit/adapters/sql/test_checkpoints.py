import asyncio
import sqlite3
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from adapters.sql import checkpoints
from adapters.sql.checkpoints import Checkpoints
from adapters.sql.sqlite_driver import OneTripConnection, connect

A_LOT = "x" * 100_000


class TestCheckpoints:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return tmp_path / "퀀트.db"

    @pytest.fixture
    async def writer(self, file: Path) -> AsyncIterator[OneTripConnection]:
        writer = await connect(str(file), "journal_mode=WAL", "wal_autocheckpoint=0")
        await writer.on_thread(partial(executed, "CREATE TABLE notes (words TEXT)", ()))
        yield writer
        await writer.close()

    @pytest.fixture
    async def moving(self, file: Path) -> AsyncIterator[Checkpoints]:
        moving = Checkpoints(str(file), asyncio.Lock())
        yield moving
        await moving.close()

    async def test_after_some_commits_what_they_wrote_is_in_the_file_itself(
        self, file: Path, writer: OneTripConnection, moving: Checkpoints, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checkpoints, "COMMITS", 3)
        seen = []
        for _ in range(6):
            await written(writer, moving, "적은 말")
            seen.append(in_the_file(file))
        assert seen == [0, 0, 3, 3, 3, 6]

    async def test_a_large_commit_is_moved_at_once(
        self, file: Path, writer: OneTripConnection, moving: Checkpoints, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checkpoints, "GROWTH_BYTES", 50_000)
        await written(writer, moving, A_LOT)
        assert in_the_file(file) == 1

    async def test_a_log_without_a_pause_begins_anew_in_a_writers_turn(
        self, file: Path, writer: OneTripConnection, moving: Checkpoints, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checkpoints, "COMMITS", 1)
        monkeypatch.setattr(checkpoints, "RESTARTED_FROM_PAGES", 50)
        for _ in range(30):
            await written(writer, moving, A_LOT)
        assert size_of_log(file) < 10 * len(A_LOT)

    async def test_a_reader_that_stays_is_not_waited_for_and_sees_its_moment(
        self, file: Path, writer: OneTripConnection, moving: Checkpoints, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checkpoints, "COMMITS", 1)
        monkeypatch.setattr(checkpoints, "RESTARTED_FROM_PAGES", 1)
        reader = sqlite3.connect(file, isolation_level=None)
        reader.execute("BEGIN")
        assert counted(reader) == 0
        for _ in range(3):
            await written(writer, moving, A_LOT)
        assert counted(reader) == 0
        reader.execute("COMMIT")
        assert counted(reader) == 3
        reader.close()

    async def test_what_cannot_be_moved_fails_nobody(
        self, tmp_path: Path, writer: OneTripConnection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checkpoints, "COMMITS", 1)
        nowhere = Checkpoints(str(tmp_path / "missing" / "q.db"), asyncio.Lock())
        await written(writer, nowhere, "말")
        await nowhere.close()
        assert await writer.on_thread(counted) == 1


def executed(statement: str, values: tuple[str, ...], connection: sqlite3.Connection) -> None:
    connection.execute(statement, values)


def size_of_log(file: Path) -> int:
    return Path(f"{file}-wal").stat().st_size


def counted(connection: sqlite3.Connection) -> int:
    [count] = connection.execute("SELECT count(*) FROM notes").fetchone()
    return int(count)


async def written(writer: OneTripConnection, moving: Checkpoints, words: str) -> None:
    """A commit, and what it may have set off, to its end."""
    await writer.transact(partial(executed, "INSERT INTO notes VALUES (?)", (words,)))
    moving.after_commit()
    await moving.idle()


def in_the_file(file: Path) -> int:
    """The rows of the file as it is without its log."""
    alone = sqlite3.connect(f"{file.as_uri()}?immutable=1", uri=True)
    try:
        return counted(alone)
    except sqlite3.DatabaseError:
        return 0
    finally:
        alone.close()
