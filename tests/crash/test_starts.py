"""`kill -9` while the service starts: the next start finishes what it began, and an older book is whole."""

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
AN_OLD_BOOK = (
    """INSERT INTO usage_entries VALUES
       ('e-1', 'o-1', 1, 'r-1', 1760000000000000, 1760000120000000, '민지', 'chatops', 'openai', 'gpt-4o', NULL, 'p@1',
        1000, 0, 0, 50, 0, FALSE, 3000000000, 0, 'settled', 900, NULL, NULL, 1760000001000000),
       ('e-2', 'o-2', 1, 'r-2', 1760000000000000, 1760000120000000, '민지', 'chatops', 'openai', 'gpt-4o', NULL, 'p@1',
        1000, 0, 0, 400, 0, TRUE, 6500000000, 0, 'pending', NULL, NULL, NULL, NULL)""",
    """INSERT INTO budget_counters VALUES
       ('each_user_monthly', 'usd', 1759276800000000, 1761955200000000, '민지', 3000000000, 6500000000)""",
    """INSERT INTO budget_holds VALUES
       ('e-1', 0, 'each_user_monthly', 'usd', 1759276800000000, 1761955200000000, '민지', 6500000000, 3000000000),
       ('e-2', 0, 'each_user_monthly', 'usd', 1759276800000000, 1761955200000000, '민지', 6500000000, NULL)""",
)


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
    async def test_a_start_that_was_killed_is_made_up_for(
        self, tmp_path: Path, empty: Place, double: OpenAIDouble, killed: tuple[Point, int]
    ) -> None:
        with a_patient(tmp_path, empty.url, double) as patient:
            dies_at_its_start(patient, killed[0], nth=killed[1])
            assert await patient.crash(Point.ANSWERED) == []

    async def test_a_book_that_was_being_brought_to_a_newer_schema_is_whole(
        self, tmp_path: Path, empty: Place, double: OpenAIDouble
    ) -> None:
        database = Database(empty.url)
        async with database.write() as connection:
            await connection.run_sync(to_the_older_schema)
            for statement in AN_OLD_BOOK:
                await connection.execute(text(statement))
        await database.close()
        with a_patient(tmp_path, empty.url, double) as patient:
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
