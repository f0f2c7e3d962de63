"""Stopped, killed, started with other models: everything is still there and is found, and every call is settled."""

import os
import random
import signal
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.cli.process import Serving, serving
from tests.doubles.process import OpenAIDouble, openai_double
from tests.e2e.hosted import (
    BUILD,
    Json,
    cards_in_chroma,
    entries,
    impatient,
    invoice_bill,
    keyed,
    ledger_bill,
    some_runs,
    until,
)

USERS = ("민지", "june")
IDEA = "GOOG에서 RSI 14가 30 아래로 내려가면 사고 70 위로 오르면 파는 전략"
HASHED = {"QUANTRAIL_EMBEDDINGS": "memory"}
LOCAL_E5 = {"QUANTRAIL_EMBEDDINGS": "local"}
STATUS = "/api/v1/admin/index/status?drift=false"
LEAST_CARD_TOKENS = 30
QUESTIONS = ("RSI 과매도 반등", "MACD trend following", "RSI with a high Sharpe ratio above 0.5")


def _record(running: Serving, runs: list[Json]) -> None:
    for user in USERS:
        taken = running.json("POST", "/api/v1/backtests/batch", runs, user=user)
        assert (taken["accepted"], taken["rejected"]) == (len(runs), [])


def _assert_all_found(running: Serving, runs: list[Json]) -> None:
    wanted = sorted(run["backtest_id"] for run in runs)
    for user in USERS:
        running.until_indexed(user)
        kept = running.json("GET", "/api/v1/backtests?limit=500", user=user)["backtests"]
        assert sorted(run["backtest_id"] for run in kept) == wanted
        assert sorted(running.found("RSI MACD", user=user, top_k=100)) == wanted
        assert "RSI" in _first(running, QUESTIONS[0], user)
        assert "MACD" in _first(running, QUESTIONS[1], user)


def _first(running: Serving, question: str, user: str) -> str:
    (best,) = running.json("POST", "/api/v1/backtests/search", {"query": question, "top_k": 1}, user=user)["results"]
    return str(best["backtest"]["strategy"]["name"])


def _embeds_as(running: Serving, model_id: str) -> bool:
    return bool(running.json("GET", "/api/v1/gen-ai/models/memory")["default_model"] == model_id)


def test_stop_and_start_keeps_all_that_was_made(tmp_path: Path) -> None:
    runs = some_runs(12)
    with openai_double(tmp_path) as double:
        with serving(tmp_path / "data", **keyed(double)) as first:
            _record(first, runs)
            _assert_all_found(first, runs)
            built = first.json("POST", f"{BUILD}/generate-with-rag", {"request": IDEA}, user=USERS[0])
            issued = first.json("POST", "/api/v1/admin/keys", {"user_id": USERS[0], "roles": ["user"]})
            before = [first.found(question, user=USERS[0]) for question in QUESTIONS]
            rows, budgets = entries(first), first.json("GET", "/api/v1/gen-ai/budgets")
        embedded = len(double.calls())
        with serving(tmp_path / "data", **keyed(double)) as second:
            assert second.json("GET", f"/api/v1/strategies/{built['strategy_id']}", user=USERS[0]) == built
            assert entries(second) == rows
            assert second.json("GET", "/api/v1/gen-ai/budgets") == budgets
            own = {"Authorization": f"Bearer {issued['key']}"}
            mine = httpx.get(second.url + "/api/v1/backtests?limit=500", headers=own, trust_env=False)
            assert len(mine.json()["backtests"]) == 12
            assert [second.found(question, user=USERS[0]) for question in QUESTIONS] == before
            assert ledger_bill(entries(second)) == invoice_bill(double.calls())
        assert _are_questions(double.calls()[embedded:])  # and no card a second time


@pytest.mark.parametrize(
    ("without", "model_id"), [(HASHED, "hashed-words"), (LOCAL_E5, "multilingual-e5-small")], ids=["hashed", "e5"]
)
def test_with_a_key_and_back_again_everything_is_indexed_anew_by_itself(
    tmp_path: Path, without: Mapping[str, str], model_id: str
) -> None:
    folder, runs = tmp_path / "data", some_runs(6)
    with serving(folder, **without) as keyless:
        assert _embeds_as(keyless, model_id)
        _record(keyless, runs)
        _assert_all_found(keyless, runs)
    with openai_double(tmp_path) as double:
        with serving(folder, **keyed(double)) as hosted:
            assert _embeds_as(hosted, "text-embedding-3-small")
            _assert_all_found(hosted, runs)
            runs += some_runs(2, prefix="hosted")
            _record(hosted, runs[-2:])
            _assert_all_found(hosted, runs)
            gone = runs.pop(0)
            for user in USERS:
                hosted.ask("DELETE", f"/api/v1/backtests/{gone['backtest_id']}", user=user)
        with serving(folder, **without) as again:
            assert _embeds_as(again, model_id)
            _assert_all_found(again, runs)
        calls = len(double.calls())
        with serving(folder, **keyed(double)) as hosted:
            _assert_all_found(hosted, runs)  # by the index that the others left, until that of this model is built
            until(lambda: hosted.json("GET", STATUS)["building"] is None, seconds=60)
            assert hosted.json("GET", STATUS)["serving"]["model_id"] == "text-embedding-3-small"
            _assert_all_found(hosted, runs)
        # Its vectors were kept: of what was asked the second time nothing but questions was paid for.
        assert _are_questions(double.calls()[calls:])


def _are_questions(calls: Sequence[Json]) -> bool:
    """Whether something was embedded, and each time as little as a question says: any card says more."""
    return bool(calls) and all(
        call["path"].endswith("/embeddings") and call["usage"]["prompt_tokens"] < LEAST_CARD_TOKENS for call in calls
    )


def test_a_kill_in_the_middle_of_indexing_loses_nothing(tmp_path: Path) -> None:
    chance = random.Random(20261122)  # noqa: S311  # the moments of the kills, not a secret
    runs: list[Json] = []
    with openai_double(tmp_path) as double:
        double.behave("ok", path="/embeddings", delay=0.15)  # so that most moments are in the middle
        for death in range(5):
            with serving(tmp_path / "data", **keyed(double)) as doomed:
                more = some_runs(40, prefix=f"life {death}")
                _record(doomed, more)
                runs += more
                time.sleep(chance.uniform(0, 0.5))
                os.kill(doomed.process.pid, signal.SIGKILL)
                doomed.process.wait()
        with serving(tmp_path / "data", **keyed(double)) as running:
            for user in USERS:
                running.until_indexed(user)
                found = running.found("RSI MACD", user=user, top_k=100)
                assert len(found) == len(set(found)) == 100
                every = {run["backtest_id"] for run in runs}
                assert set(found) < every
                kept = running.json("GET", "/api/v1/backtests?limit=500", user=user)["backtests"]
                assert {run["backtest_id"] for run in kept} == every
    assert cards_in_chroma(tmp_path / "data") == [len(runs)] * len(USERS)


def test_an_answer_that_is_under_way_when_the_service_is_told_to_stop_still_arrives(tmp_path: Path) -> None:
    with openai_double(tmp_path) as double:
        config = impatient(tmp_path, seconds=10)
        with serving(tmp_path / "data", **keyed(double), QUANTRAIL_CONFIG=config) as running:
            double.behave("ok", delay=2.0)
            with ThreadPoolExecutor(1) as pool:
                answer = pool.submit(running.ask, "POST", BUILD, {"request": IDEA}, user=USERS[0])
                _until_asked(double)
                running.process.terminate()
                assert answer.result().status_code == 200
            assert running.process.wait(20) == 0
        double.behave()
        with serving(tmp_path / "data", **keyed(double)) as again:
            (row,) = entries(again)
            assert row["status"] == "settled"
            assert ledger_bill([row]) == invoice_bill(double.calls())
            built = answer.result().json()
            assert again.json("GET", f"/api/v1/strategies/{built['strategy_id']}", user=USERS[0]) == built


def test_a_call_that_outlasts_the_grace_of_a_stop_is_told_so_and_settled_at_its_estimate(tmp_path: Path) -> None:
    with openai_double(tmp_path) as double:
        with serving(tmp_path / "data", **keyed(double)) as running:
            double.behave("stall")
            with ThreadPoolExecutor(1) as pool:
                asked = pool.submit(running.ask, "POST", BUILD, {"request": IDEA}, user=USERS[0])
                _until_asked(double)
                running.process.terminate()
                answer = asked.result()
                assert running.process.wait(20) == 0
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:quantrail:problem:stopping"
        assert answer.json()["request_id"] == answer.headers["x-request-id"]
        double.behave()
        with serving(tmp_path / "data", **keyed(double)) as again:
            (row,) = entries(again)
            assert (row["status"], row["reason"]) == ("estimated", "abandoned")
            (budget,) = again.json("GET", "/api/v1/gen-ai/budgets")["budgets"]
            assert budget["held"] == "0"
            assert budget["spent"] == row["cost_usd"] != "0"
        assert "Traceback" not in "".join(running.said), "".join(running.said)


def test_a_call_that_a_kill_cut_off_stays_on_the_books_with_its_hold_until_its_deadline(tmp_path: Path) -> None:
    with openai_double(tmp_path) as double:
        with serving(tmp_path / "data", **keyed(double)) as running:
            double.behave("stall")
            with ThreadPoolExecutor(1) as pool:
                pool.submit(running.ask, "POST", BUILD, {"request": IDEA}, user=USERS[0])
                _until_asked(double)
                running.process.kill()
                running.process.wait()
        with serving(tmp_path / "data", **keyed(double)) as again:
            (row,) = entries(again)
            assert row["status"] == "pending"
            (budget,) = again.json("GET", "/api/v1/gen-ai/budgets")["budgets"]
            assert budget["held"] == row["cost_usd"] != "0"


def _until_asked(double: OpenAIDouble) -> None:
    until(lambda: bool(double.requests()), seconds=10)
