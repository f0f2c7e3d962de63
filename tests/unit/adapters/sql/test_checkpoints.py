import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.sql import checkpoints
from adapters.sql.database import Database
from adapters.sql.usage_ledger import SqlUsageLedger
from tests.builders import a_usage_entry
from tests.contracts.sql_engines import OnSqlite, Place

A_LOT = "x" * 100_000


async def written(database: Database, number: int) -> None:
    async with database.write() as connection:
        adding = text("INSERT INTO index_state (name, space) VALUES (:name, :space)")
        await connection.execute(adding, {"name": f"{number}", "space": A_LOT})


def log_of(place: Place) -> int:
    return Path(place.url.removeprefix("sqlite:///") + "-wal").stat().st_size


class TestCheckpoints(OnSqlite):
    async def test_a_log_that_grows_is_moved_into_the_file_and_begins_anew(
        self, place: Place, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checkpoints, "GROWTH_BYTES", 300_000)
        monkeypatch.setattr(checkpoints, "RESTARTED_FROM_PAGES", 10)
        for number in range(60):
            await written(database, number)
            await asyncio.sleep(0.002)
        assert log_of(place) < 60 * len(A_LOT) / 2

    async def test_many_small_commits_are_moved_too(
        self, place: Place, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checkpoints, "COMMITS", 5)
        ledger = SqlUsageLedger(database)
        for number in range(120):
            await ledger.open(a_usage_entry(entry_id=f"e-{number:03}"))
            await asyncio.sleep(0.002)
        assert log_of(place) < 500_000

    async def test_a_reader_that_stays_is_not_waited_for_for_long(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checkpoints, "COMMITS", 1)
        monkeypatch.setattr(checkpoints, "RESTARTED_FROM_PAGES", 1)
        async with database.snapshot() as reader:
            await reader.execute(text("SELECT count(*) FROM index_state"))
            for number in range(5):
                await written(database, number)
                await asyncio.sleep(0.01)
            assert (await reader.execute(text("SELECT count(*) FROM index_state"))).scalar_one() == 0
        async with database.read() as connection:
            assert (await connection.execute(text("SELECT count(*) FROM index_state"))).scalar_one() == 5
