"""A reader who leaves a stream pays for what was written until then, and the provider hears of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.process import Serving, serving
from tests.crash.lives import reading
from tests.doubles.process import OpenAIDouble, openai_double
from tests.e2e.hosted import keyed
from tests.load.leaving import SHARES, leave

TIMES = 5


@pytest.fixture(scope="module")
def double(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAIDouble]:
    with openai_double(tmp_path_factory.mktemp("double")) as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("service")


@pytest.fixture(scope="module")
def running(double: OpenAIDouble, folder: Path) -> Iterator[Serving]:
    entry = ("-m", "tests.crash.victim")
    with serving(folder, entry=entry, **keyed(double, QUANTRAIL_VECTOR_STORE="memory")) as service:
        yield service


async def test_who_leaves_on_the_way_has_one_row_that_is_within_a_tenth_of_the_invoice(
    running: Serving, double: OpenAIDouble, folder: Path
) -> None:
    async with reading(f"sqlite:///{folder}/quantrail.db") as books:
        left = await leave(double, books, running.url, times=TIMES)
    assert [fault for one in left for fault in one.faults()] == []
    assert {one.share for one in left if one.call and one.call["note"] == "client left"} >= {*SHARES[:3]}
    assert len(left) == TIMES * len(SHARES)


async def test_what_a_model_thought_before_it_wrote_is_charged_though_nobody_heard_it(
    running: Serving, double: OpenAIDouble, folder: Path
) -> None:
    async with reading(f"sqlite:///{folder}/quantrail.db") as books:
        left = await leave(double, books, running.url, times=2, model_id="gpt-5-mini")
    assert [len(one.rows) for one in left] == [1] * len(left)
    assert [one for one in left if one.deviation < 0] == []
