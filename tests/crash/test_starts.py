"""`kill -9` while the service starts: the next start finishes what it began, and an older book is whole.

The service is then asked from all sides and told to stop: what is under way is settled, and nothing is lost.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from adapters.sql.database import Database
from adapters.sql.schema import MIGRATIONS
from tests.contracts.sql_engines import OnPostgresql, OnSqlite, Place
from tests.crash.lives import Patient, a_patient
from tests.crash.points import Point
from tests.doubles.process import OpenAIDouble, openai_double

OLDER = "0004"
A_DAY = 86_400_000_000


def an_old_book() -> list[str]:
    """A row that is final and one that a crash left, of yesterday: what is older might be pruned."""
    at = int(time.time() * 1_000_000) - A_DAY
    row = f"""1, 'r', {at}, {at + 120_000_000}, '민지', 'chatops', 'openai', 'gpt-4o', NULL, 'p@1', 1000, 0, 0"""
    rest = "NULL, NULL, NULL"
    counter = f"'each_user_monthly', 'usd', {at - 9 * A_DAY}, {at + 9 * A_DAY}, '민지'"
    return [
        f"INSERT INTO usage_entries VALUES ('e-1', 'o-1', {row}, 50, 0, FALSE, 3000000000, 0, 'settled', 900, {rest})",  # noqa: S608  # values of our own
        f"INSERT INTO usage_entries VALUES ('e-2', 'o-2', {row}, 400, 0, TRUE, 6500000000, 0, 'pending', NULL, {rest})",  # noqa: S608  # values of our own
        f"INSERT INTO budget_counters VALUES ({counter}, 3000000000, 6500000000)",  # noqa: S608  # values of our own
        f"INSERT INTO budget_holds VALUES ('e-1', 0, {counter}, 6500000000, 3000000000)",  # noqa: S608  # values of our own
        f"INSERT INTO budget_holds VALUES ('e-2', 0, {counter}, 6500000000, NULL)",  # noqa: S608  # values of our own
    ]


@pytest.fixture
def double(tmp_path: Path) -> Iterator[OpenAIDouble]:
    with openai_double(tmp_path) as running:
        yield running


def to_the_older_schema(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  # slow to import, and only one test wants it
    from alembic.config import Config  # noqa: PLC0415  # the same

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, OLDER)


class Starts:
    @pytest.mark.parametrize("killed", [(Point.MIGRATING, 5), (Point.STARTING, 1)])
    async def test_a_start_that_was_killed_is_made_up_for_and_a_stop_under_load_loses_nothing(
        self, tmp_path: Path, empty: Place, double: OpenAIDouble, killed: tuple[Point, int]
    ) -> None:
        with a_patient(tmp_path, empty.url, double, hurried=False) as patient:
            dies_at_its_start(patient, killed[0], nth=killed[1])
            assert await patient.stop_under_load() == []

    async def test_a_book_that_was_being_brought_to_a_newer_schema_is_whole(
        self, tmp_path: Path, empty: Place, double: OpenAIDouble
    ) -> None:
        database = Database(empty.url)
        async with database.write() as connection:
            await connection.run_sync(to_the_older_schema)
            for statement in an_old_book():
                await connection.execute(text(statement))
        await database.close()
        with a_patient(tmp_path, empty.url, double, hurried=False) as patient:
            dies_at_its_start(patient, Point.MIGRATING, nth=1)
            assert patient.running.json("GET", "/health/ready")["status"] == "ready"
            book, _ = await patient.until_settled()
        assert book.faults() == []
        assert [(row["status"], row["cost_usd"]) for row in book.rows] == [
            ("settled", 3_000_000_000), ("unknown", 6_500_000_000),
        ]  # fmt: skip


def dies_at_its_start(patient: Patient, point: Point, *, nth: int) -> None:
    patient.trap.arm(point, nth=nth)
    with pytest.raises(AssertionError, match="the service did not start"):
        _ = patient.running
    patient.trap.disarm()


class TestSqliteStarts(OnSqlite, Starts):
    pass


class TestPostgresqlStarts(OnPostgresql, Starts):
    pass
