"""`kill -9` at every named point, over SQLite: nothing is lost, doubled or held for ever."""

from collections.abc import Iterator

import pytest

from tests.crash.lives import Patient, a_patient
from tests.crash.points import STARTS, Point
from tests.doubles.process import openai_double


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Patient]:
    folder = tmp_path_factory.mktemp("crash")
    with openai_double(folder) as double, a_patient(folder, f"sqlite:///{folder}/퀀트.db", double) as patient:
        yield patient


@pytest.mark.parametrize("point", [point for point in Point if point not in STARTS])
async def test_after_a_kill_every_call_has_its_row_and_nothing_is_held(patient: Patient, point: Point) -> None:
    assert await patient.crash(point) == []
