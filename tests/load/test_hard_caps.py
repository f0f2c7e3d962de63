"""Many at once against small caps: not a cent above them, and nobody refused for whom there was room."""

from pathlib import Path

from tests.contracts.sql_engines import an_empty_postgresql
from tests.doubles.process import openai_double
from tests.load.caps import EACH, Storm, one_by_one, services, storm

REQUESTS, TWIN_REQUESTS, PROCESSES = 1_000, 500, 4
SEED = 20261124


def assert_it_was_a_storm(came: Storm) -> None:
    refusing = {one.problem["rule"] for one in came.refused}
    assert EACH in refusing
    assert len(refusing) > 1
    assert came.watched.looks > 20


async def test_a_thousand_at_once_stay_below_every_cap_over_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/한도.db"
    with openai_double(tmp_path) as double, services(tmp_path, double, url, processes=1) as addresses:
        came = await storm(double, url, *addresses, requests=REQUESTS, seed=SEED)
        assert came.faults() == []
        assert_it_was_a_storm(came)
        accepted, faults = await one_by_one(double, url, *addresses, seed=SEED)
        assert faults == []
        assert accepted.keys() == {True, False}


async def test_so_do_four_processes_over_one_postgresql(tmp_path: Path) -> None:
    url = await an_empty_postgresql()
    with openai_double(tmp_path) as double, services(tmp_path, double, url, processes=PROCESSES) as addresses:
        came = await storm(double, url, *addresses, requests=TWIN_REQUESTS, seed=SEED)
        assert came.faults() == []
        assert_it_was_a_storm(came)
        accepted, faults = await one_by_one(double, url, *addresses, seed=SEED)
        assert faults == []
        assert accepted.keys() == {True, False}
