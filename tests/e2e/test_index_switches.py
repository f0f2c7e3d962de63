"""The index is moved and made with another model while questions are asked; killed in the middle, it goes on."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import Serving, serving
from tests.doubles.process import openai_double
from tests.e2e.hosted import Json, keyed, some_runs, until

INDEX = "/api/v1/admin/index"
USER = "민지"
QUESTIONS = (
    "RSI 과매도 반등",
    "MACD trend following",
    "안정적인 전략",
    "낙폭이 작은 전략",
    "RSI with a high Sharpe ratio above 0.5",
)
STORES = {"chroma": {"QUANTRAIL_VECTOR_STORE": "chroma"}, "memory": {"QUANTRAIL_VECTOR_STORE": "memory"}}


def recorded(running: Serving, count: int) -> list[Json]:
    runs = some_runs(count)
    taken = running.json("POST", "/api/v1/backtests/batch", runs, user=USER)
    assert (taken["accepted"], taken["rejected"]) == (count, [])
    running.until_indexed(USER)
    return runs


def status(running: Serving) -> Any:  # noqa: ANN401  # the path's JSON
    return running.json("GET", f"{INDEX}/status")


def until_built(running: Serving) -> Any:  # noqa: ANN401  # the same
    until(lambda: running.json("GET", f"{INDEX}/status?drift=false")["building"] is None, seconds=60)
    return status(running)


def answers(running: Serving) -> list[list[str]]:
    return [running.found(question, user=USER) for question in QUESTIONS]


@contextmanager
def asking(running: Serving) -> Iterator[list[list[list[str]]]]:
    """Somebody asks all questions again and again; every answer, in the order of asking."""
    heard: list[list[list[str]]] = []
    failures: list[BaseException] = []
    end = threading.Event()

    def ask() -> None:
        try:
            while not end.is_set():
                heard.append(answers(running))
        except BaseException as failure:  # noqa: BLE001  # told where the test can see it
            failures.append(failure)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield heard
    finally:
        end.set()
        thread.join()
    assert failures == []


@pytest.mark.parametrize(("here", "there"), [("memory", "chroma"), ("chroma", "memory")])
def test_every_question_during_a_migration_is_answered_in_full(tmp_path: Path, here: str, there: str) -> None:
    with serving(tmp_path / "data", **STORES[here]) as running:
        recorded(running, 300)
        before = answers(running)
        with asking(running) as heard:
            build = running.json("POST", f"{INDEX}/migrate", {"store": there})
            after = until_built(running)
            asked = len(heard)
            until(lambda: len(heard) > asked + 1, seconds=20)
        assert (after["serving"]["store"], after["serving"]["space"]) == (there, build["space"])
        assert after["serving"]["cards"] == 300
        assert {key: after["drift"][key] for key in ("missing", "surplus", "strangers")} == {
            "missing": 0, "surplus": 0, "strangers": 0,
        }  # fmt: skip
        assert heard == [before] * len(heard)


def test_a_kill_in_the_middle_of_a_build_leaves_what_answers_and_the_next_start_goes_on(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data) as hashed:
        recorded(hashed, 320)
        before = answers(hashed)
    with openai_double(tmp_path) as double:
        double.behave("ok", path="/embeddings", delay=0.3)
        with serving(data, **keyed(double)) as doomed:
            assert answers(doomed) == before
            until(lambda: status(doomed)["building"]["built"] > 0, seconds=30)
            os.kill(doomed.process.pid, signal.SIGKILL)
            doomed.process.wait()
        with serving(data, **keyed(double)) as running:
            assert 0 < status(running)["building"]["built"] < 320
            assert answers(running) == before
            running.json("POST", "/api/v1/backtests/batch", some_runs(3, prefix="meanwhile"), user=USER)
            assert running.ask("DELETE", "/api/v1/backtests/bt-0", user=USER).is_success
            double.behave("ok", path="/embeddings")
            after = until_built(running)
            assert after["serving"]["model_id"] == "text-embedding-3-small"
            running.until_indexed(USER)
            _until_sound(running)
            assert all(len(found) == 5 for found in answers(running)[:2])
            assert [event["kind"] for event in running.logged("index_switched")] == ["chroma"]


def _until_sound(running: Serving) -> None:
    """Removals that waited for the switch are done soon after it."""
    until(lambda: _differing(running) == 0, seconds=20)


def _differing(running: Serving) -> int:
    found = running.json("POST", f"{INDEX}/verify", {"sample": 50})["drift"]
    return sum(found[kind] for kind in ("missing", "surplus", "altered", "strangers"))


def test_where_the_key_is_gone_a_start_says_so_and_the_new_space_fills_while_words_answer(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with openai_double(tmp_path) as double, serving(data, **keyed(double)) as hosted:
        recorded(hosted, 20)
    with serving(data) as keyless:
        [told] = keyless.logged("index_model_cannot_be_asked")
        assert (told["before"]["space"], told["serving"]) == ("text-embedding-3-small", "hashed-words#2")
        keyless.until_indexed(USER)
        assert status(keyless)["serving"]["cards"] == 20
        assert all(len(found) == 5 for found in answers(keyless)[:2])
