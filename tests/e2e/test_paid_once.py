"""`Idempotency-Key` over real connections and real ends of the process, held against what the provider charged."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.cli.process import ADMIN_KEY, Serving, serving
from tests.doubles.process import OpenAIDouble, openai_double
from tests.e2e.hosted import BUILD, Json, entries, invoice_bill, keyed, ledger_bill, shipped, until, written
from tests.http.events import events_in

SESSIONS = "/api/v1/chatops/sessions"
USER = "민지"
IDEA = {"request": "GOOG에서 RSI 14가 30 아래로 내려가면 사고 70 위로 오르면 파는 전략"}
QUESTION = {"question": "RSI를 어떻게 볼까?", "use_rag": False, "stream": True}
ANSWER = "RSI는 과매도를 봅니다. 낙폭을 함께 보세요. 손절을 정하세요."
PIECE_SECONDS = 0.03
"""Between two pieces of a streamed answer, so that there is a middle to leave in."""


@pytest.fixture
def double(tmp_path: Path) -> Iterator[OpenAIDouble]:
    with openai_double(tmp_path) as running:
        yield running


def headers(key: str) -> dict[bytes, bytes]:
    return {
        b"Authorization": f"Bearer {ADMIN_KEY}".encode(),
        b"X-User-Id": USER.encode(),
        b"Idempotency-Key": key.encode(),
    }


def ask(running: Serving, path: str, body: Json, *, key: str = "order-1", timeout: float = 60) -> httpx.Response:
    return httpx.post(running.url + path, json=body, headers=headers(key), timeout=timeout, trust_env=False)


def a_chat(running: Serving) -> str:
    session = running.json("POST", SESSIONS, {"title": "흐름"}, user=USER)
    return f"{SESSIONS}/{session['session_id']}/chat"


def leave_after_the_first_sentence(running: Serving, path: str) -> None:
    url = running.url + path
    with httpx.stream("POST", url, json=QUESTION, headers=headers("order-1"), timeout=60, trust_env=False) as answer:
        for line in answer.iter_lines():
            if line == "event: delta":
                return
    raise AssertionError("no sentence came")


def replayed(answer: httpx.Response) -> bool:
    return "idempotent-replayed" in answer.headers


def test_who_hangs_up_while_the_answer_is_made_finds_it_and_pays_once(tmp_path: Path, double: OpenAIDouble) -> None:
    with serving(tmp_path / "data", **keyed(double)) as running:
        double.behave("ok", delay=1.0)
        with pytest.raises(httpx.ReadTimeout):
            ask(running, BUILD, IDEA, timeout=0.5)
        answer = ask(running, BUILD, IDEA)
        assert (answer.status_code, replayed(answer)) == (200, True)
        rows = entries(running)
        assert len(rows) == len(double.calls()) == 1
        assert ledger_bill(rows) == invoice_bill(double.calls())


def test_who_leaves_a_stream_gets_the_whole_of_it_after_a_restart_and_pays_once(
    tmp_path: Path, double: OpenAIDouble
) -> None:
    with serving(tmp_path / "data", **keyed(double)) as first:
        path = a_chat(first)
        double.behave("ok", delay=PIECE_SECONDS, path="chat", answers=[ANSWER])
        leave_after_the_first_sentence(first, path)
        again = ask(first, path, QUESTION)
        assert [event.name for event in events_in(again.text)] == ["contexts", "delta", "delta", "delta", "done"]
        assert replayed(again)
    with serving(tmp_path / "data", **keyed(double)) as second:
        later = ask(second, path, QUESTION)
        assert (later.content, replayed(later)) == (again.content, True)
        (row,) = entries(second)
        assert row["status"] == "settled"
        assert ledger_bill([row]) == invoice_bill(double.calls())
        (turn,) = second.json("GET", path.removesuffix("/chat"), user=USER)["turns"]
        assert turn == events_in(later.text)[-1].content


def test_a_stop_waits_for_a_left_stream_as_for_any_other_answer(tmp_path: Path, double: OpenAIDouble) -> None:
    with serving(tmp_path / "data", **keyed(double)) as first:
        path = a_chat(first)
        double.behave("ok", delay=PIECE_SECONDS, path="chat", answers=[ANSWER])
        leave_after_the_first_sentence(first, path)
        first.process.terminate()
        assert first.process.wait(20) == 0
    with serving(tmp_path / "data", **keyed(double)) as second:
        assert replayed(ask(second, path, QUESTION))
        assert [row["status"] for row in entries(second)] == ["settled"]


def test_after_a_kill_in_the_middle_the_key_is_busy_until_its_lease_is_over(
    tmp_path: Path, double: OpenAIDouble
) -> None:
    configuration = shipped()
    with serving(tmp_path / "data", **keyed(double)) as running:
        double.behave("stall")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(ask, running, BUILD, IDEA)
            until(lambda: bool(double.requests()), seconds=10)
            running.process.kill()
            running.process.wait()
    double.behave()
    configuration["policies"]["strategy_builder"]["timeout_seconds"] = 1
    hasty = written(tmp_path, configuration)
    with serving(tmp_path / "data", **keyed(double), QUANTRAIL_CONFIG=hasty) as again:
        busy = ask(again, BUILD, IDEA)
        assert (busy.status_code, busy.headers["retry-after"]) == (409, "5")
        assert busy.json()["type"] == "urn:quantrail:problem:request-in-progress"
        other = ask(again, BUILD, IDEA | {"language": "ko"})
        assert other.json()["type"] == "urn:quantrail:problem:idempotency-key-reused"
        assert ask(again, BUILD, IDEA, key="order-2").status_code == 200
        assert len(double.requests()) == 2


def test_fifty_connections_at_once_are_one_call(tmp_path: Path, double: OpenAIDouble) -> None:
    with serving(tmp_path / "data", **keyed(double)) as running:
        double.behave("ok", delay=0.5)
        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda _: ask(running, BUILD, IDEA), range(50)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        assert sum(map(replayed, answers)) == 49
        assert ledger_bill(entries(running)) == invoice_bill(double.calls())
        assert len(double.calls()) == 1
        assert json.loads(answers[0].content)["generation"]["attempts"] == 1
