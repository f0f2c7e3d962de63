"""`/v1` over models that have no wire format of their own: read, asked and written as OpenAI would."""

import json
from typing import Any

import httpx
import pytest

from tests.http.service import Caller, Service

PATH = "/v1/chat/completions"
SAID = [
    {"role": "developer", "content": "한국어로 답한다."},
    {"role": "user", "content": [{"type": "text", "text": "낙폭이 뭔가요?"}]},
]
PICTURE = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}
SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}


def events(text: str) -> list[Any]:
    """What each line of the stream holds, comments left out; the last has to be the end."""
    lines = [line.removeprefix("data: ") for line in text.split("\n") if line.startswith("data: ")]
    assert lines.pop() == "[DONE]"
    return [json.loads(line) for line in lines]


async def rows(running: Service) -> Any:  # noqa: ANN401  # JSON
    return (await running.admin.get("/api/v1/gen-ai/usage/entries?service=gateway"))["entries"]


async def test_a_completion_has_the_form_that_clients_read_and_a_row(running: Service, minji: Caller) -> None:
    answer = await minji.ask("POST", PATH, {"messages": SAID, "max_tokens": 5})
    body = answer.json()
    assert (body["object"], body["model"]) == ("chat.completion", "gpt-4o-mini")
    [choice] = body["choices"]
    assert (choice["message"]["role"], choice["finish_reason"]) == ("assistant", "length")
    [row] = await rows(running)
    assert body["usage"]["total_tokens"] == row["input_tokens"] + row["output_tokens"]
    assert answer.headers["x-quantrail-operation-id"] == row["operation_id"]
    assert answer.headers["x-quantrail-cost-usd"] == row["cost_usd"]


@pytest.mark.parametrize("wanted", [0, 1])
async def test_a_stream_ends_as_clients_expect(running: Service, minji: Caller, wanted: int) -> None:
    options = {"stream_options": {"include_usage": True}} if wanted else {}
    answer = await minji.ask("POST", PATH, {"messages": SAID, "stream": True, **options})
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = events(answer.text)
    words = "".join(choice["delta"].get("content", "") for event in told for choice in event["choices"])
    assert "강할 때 사고" in words
    assert [event["usage"] is not None for event in told if "usage" in event] == [True] * wanted
    assert told[-1 - wanted]["choices"][0]["finish_reason"] == "stop"
    [row] = await rows(running)
    assert ": X-Quantrail-Cost-Usd " + row["cost_usd"] in answer.text


async def test_a_schema_constrains_the_answer(minji: Caller) -> None:
    asked = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}}
    answer = await minji.post(PATH, {"messages": SAID, "response_format": asked, "temperature": 0})
    assert set(json.loads(answer["choices"][0]["message"]["content"])) == {"answer"}


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools"),
        ({"n": 2}, "n"),
        ({"messages": [{"role": "tool", "content": "42"}]}, "messages[0]"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            "messages[0]",
        ),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema.schema"),
    ],
)
async def test_what_such_a_model_cannot_do_is_refused_by_name(
    running: Service, minji: Caller, change: dict[str, Any], param: str
) -> None:
    answer = await minji.ask("POST", PATH, {"messages": SAID, **change})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)
    assert all(row["cost_usd"] == "0" for row in await rows(running))


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": "안녕"}, "messages"),
        ({"messages": [{"content": "안녕"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": [7]}]}, "messages[0].content"),
        ({"messages": SAID, "max_tokens": 0}, "max_completion_tokens"),
        ({"messages": SAID, "n": 0}, "n"),
        ({"messages": SAID, "n": 129}, "n"),
        ({"messages": SAID, "stream": "yes"}, "stream"),
    ],
)
async def test_what_cannot_be_read_is_a_bad_request_with_its_place(
    running: Service, minji: Caller, body: object, param: str
) -> None:
    answer = await minji.ask("POST", PATH, body)
    error = answer.json()["error"]
    assert (answer.status_code, error["type"]) == (400, "invalid_request_error")
    assert error["param"] == param
    assert await rows(running) == []


async def test_failures_have_the_form_that_clients_know(running: Service, minji: Caller) -> None:
    told: list[tuple[int, Any]] = []
    for body, headers in (
        ({"model": "gpt-99", "messages": SAID}, {}),
        ({"messages": SAID}, {"Authorization": "Bearer qt_wrong"}),
        ({"messages": SAID}, {"X-Quantrail-Service": "prompt_governance", "X-User-Id": "other"}),
    ):
        answer = await minji.ask("POST", PATH, body, headers=headers)
        told.append((answer.status_code, answer.json()["error"]["code"]))
    assert told[0] == (404, "model_not_found")
    assert [status for status, _ in told] == [404, 401, 403]
    lost = await running.http.get("/v1/nothing", headers={"Authorization": f"Bearer {minji.key}"})
    assert (lost.status_code, lost.json()["error"]["type"]) == (404, "invalid_request_error")
    broken = await running.http.post(PATH, content=b"{", headers={"Authorization": f"Bearer {minji.key}"})
    assert (broken.status_code, "line" in broken.json()["error"]) == (400, True)


async def test_the_service_that_is_named_picks_the_policy(running: Service, minji: Caller) -> None:
    reports = {"X-Quantrail-Service": "narrative_report"}
    refused = await minji.ask("POST", PATH, {"model": "gpt-4-turbo", "messages": SAID}, headers=reports)
    assert (refused.status_code, refused.json()["error"]["type"]) == (403, "permission_error")
    taken = await minji.ask("POST", PATH, {"messages": SAID}, headers=reports)
    assert taken.headers["x-quantrail-max-output-tokens"] == "4000"
    everything = (await running.admin.get("/api/v1/gen-ai/usage/entries"))["entries"]
    assert [row["service"] for row in everything] == ["narrative_report"]


async def test_models_are_listed_by_the_service_and_the_key(running: Service, minji: Caller) -> None:
    mine = {model["id"] for model in (await minji.get("/v1/models"))["data"]}
    assert {"gpt-4o-mini", "gpt-4-turbo"} <= mine
    answer = await minji.ask("GET", "/v1/models", headers={"X-Quantrail-Service": "narrative_report"})
    assert "gpt-4-turbo" not in {model["id"] for model in answer.json()["data"]}
    narrow = await running.user("준", models=["gpt-4o"])
    assert [model["id"] for model in (await narrow.get("/v1/models"))["data"]] == ["gpt-4o"]


async def test_the_same_key_answers_once(running: Service, minji: Caller) -> None:
    async def asked() -> httpx.Response:
        return await minji.ask("POST", PATH, {"messages": SAID}, headers={"Idempotency-Key": "대화-1".encode().hex()})

    first, second = await asked(), await asked()
    assert first.json() == second.json()
    assert len(await rows(running)) == 1
