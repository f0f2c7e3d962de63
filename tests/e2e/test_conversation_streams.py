"""Streamed conversations over a real provider: who leaves, who breaks off, and what the ledger says of it."""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.cli.process import ADMIN_KEY, Serving, serving
from tests.doubles.process import OpenAIDouble, openai_double
from tests.e2e.hosted import Json, entries, keyed, record_all, some_runs, until
from tests.http.events import Event, events_in

SESSIONS = "/api/v1/chatops/sessions"
USER = "민지"
GROUNDED = "RSI는 과매도를 봅니다. 낙폭을 함께 보세요."
LONG = f"{GROUNDED} " * 12


@pytest.fixture(scope="module")
def double(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAIDouble]:
    with openai_double(tmp_path_factory.mktemp("double")) as running:
        yield running


@pytest.fixture(scope="module")
def running(double: OpenAIDouble, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("service"), **keyed(double)) as service:
        record_all(service, some_runs(4), user=USER)
        service.until_indexed(USER)
        yield service


@pytest.fixture
def session_id(running: Serving, double: OpenAIDouble) -> str:
    double.behave()
    return str(running.json("POST", SESSIONS, {"title": "흐름"}, user=USER)["session_id"])


def question(**more: object) -> Json:
    return {"question": "RSI 전략은 어땠어?", "stream": True, **more}


def ask(running: Serving, session_id: str) -> list[Event]:
    answer = running.ask("POST", f"{SESSIONS}/{session_id}/chat", question(), user=USER)
    assert answer.status_code == 200, answer.text
    return events_in(answer.text)


def chat_rows(running: Serving) -> list[Json]:
    return entries(running, "&service=chatops")


def leave_after_the_first_sentence(running: Serving, session_id: str) -> None:
    headers = {b"Authorization": f"Bearer {ADMIN_KEY}".encode(), b"X-User-Id": USER.encode()}
    url = f"{running.url}{SESSIONS}/{session_id}/chat"
    with httpx.stream("POST", url, json=question(), headers=headers, timeout=60, trust_env=False) as answer:
        for line in answer.iter_lines():
            if line == "event: delta":
                return
    raise AssertionError("no sentence came")


def turns(running: Serving, session_id: str) -> list[Json]:
    shown = running.json("GET", f"{SESSIONS}/{session_id}", user=USER)
    return list(shown["turns"])


def test_a_streamed_answer_is_settled_with_what_the_provider_reports(
    running: Serving, double: OpenAIDouble, session_id: str
) -> None:
    double.behave(answers=[GROUNDED])
    events = ask(running, session_id)
    assert [event.name for event in events] == ["contexts", "delta", "delta", "done"]
    row, billed = chat_rows(running)[0], double.calls()[-1]["usage"]
    assert row["status"] == "settled"
    assert (row["input_tokens"], row["output_tokens"]) == (billed["prompt_tokens"], billed["completion_tokens"])
    assert turns(running, session_id) == [events[-1].content]


def test_a_stream_without_a_usage_is_counted_and_marked(
    running: Serving, double: OpenAIDouble, session_id: str
) -> None:
    double.behave("no_usage", path="chat", answers=[GROUNDED])
    done = ask(running, session_id)[-1]
    assert done.content["generation"]["usage"]["estimated"]
    row = chat_rows(running)[0]
    assert row["status"] == "estimated"
    assert row["output_tokens"] > 0


def test_a_stream_that_the_client_leaves_is_closed_upstream_and_settled(
    running: Serving, double: OpenAIDouble, session_id: str
) -> None:
    double.behave("hang", path="chat", answers=[LONG])
    leave_after_the_first_sentence(running, session_id)
    # It would hang until the policy's time is over, a minute, if nobody closed it.
    until(lambda: double.notes()[-1] == "client left", seconds=10)
    until(lambda: chat_rows(running)[0]["status"] != "pending", seconds=10)
    row, billed = chat_rows(running)[0], double.calls()[-1]
    assert row["status"] == "estimated"
    assert row["output_tokens"] > 0
    assert float(row["cost_usd"]) == pytest.approx(float(billed["cost_usd"]), rel=0.1)
    (budget,) = running.json("GET", "/api/v1/gen-ai/budgets", user=USER)["budgets"]
    assert budget["held"] == "0"
    assert turns(running, session_id) == []


def test_a_session_goes_on_after_its_reader_left(running: Serving, double: OpenAIDouble, session_id: str) -> None:
    double.behave("hang", path="chat", answers=[LONG])
    leave_after_the_first_sentence(running, session_id)
    double.behave(answers=[GROUNDED])
    assert ask(running, session_id)[-1].content["turn"] == 1


def test_a_stream_that_the_provider_breaks_ends_with_an_error_and_a_row(
    running: Serving, double: OpenAIDouble, session_id: str
) -> None:
    double.behave("cut", path="chat", answers=[LONG])
    events = ask(running, session_id)
    assert [events[0].name, events[1].name, events[-1].name] == ["contexts", "delta", "error"]
    problem = events[-1].content
    assert (problem["status"], problem["type"]) == (503, "urn:quantrail:problem:provider-unavailable")
    assert json.dumps(double.api_key) not in json.dumps(problem)
    row, billed = chat_rows(running)[0], double.calls()[-1]
    assert row["status"] == "estimated"
    assert row["output_tokens"] > 0
    assert float(row["cost_usd"]) == pytest.approx(float(billed["cost_usd"]), rel=0.1)
    assert turns(running, session_id) == []


def test_what_breaks_before_its_first_word_is_tried_again(
    running: Serving, double: OpenAIDouble, session_id: str
) -> None:
    double.behave("error", times=1, path="chat", answers=[GROUNDED])
    done = ask(running, session_id)[-1]
    assert (done.name, done.content["generation"]["attempts"]) == ("done", 2)
    settled, failed = chat_rows(running)[:2]
    assert (settled["status"], failed["status"]) == ("settled", "failed")
    assert settled["operation_id"] == failed["operation_id"]
