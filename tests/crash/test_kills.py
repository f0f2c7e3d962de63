"""`kill -9` at every named point, on SQLite, and at some on PostgreSQL: nothing is lost, doubled or held for ever."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.contracts.sql_engines import an_empty_postgresql
from tests.crash.lives import Patient, a_patient
from tests.crash.points import STARTS, Point
from tests.doubles.process import openai_double

RUNNING = [point for point in Point if point not in STARTS]
TWINS = [Point.IN_OPEN, Point.AFTER_OPEN, Point.MID_STREAM, Point.IN_SETTLE, Point.AFTER_SETTLE, Point.IN_SWEEP]


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Patient]:
    folder = tmp_path_factory.mktemp("sqlite")
    with openai_double(folder) as double, a_patient(folder, f"sqlite:///{folder}/퀀트.db", double) as patient:
        yield patient


@pytest.fixture(scope="module")
def on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Patient]:
    folder = tmp_path_factory.mktemp("postgresql")
    url = asyncio.run(an_empty_postgresql())
    with openai_double(folder) as double, a_patient(folder, url, double) as patient:
        yield patient


@pytest.mark.parametrize("point", RUNNING)
async def test_after_a_kill_every_call_has_its_row_and_nothing_is_held(on_sqlite: Patient, point: Point) -> None:
    assert await on_sqlite.crash(point) == []


@pytest.mark.parametrize("point", TWINS)
async def test_so_it_is_on_postgresql(on_postgresql: Patient, point: Point) -> None:
    assert await on_postgresql.crash(point) == []
