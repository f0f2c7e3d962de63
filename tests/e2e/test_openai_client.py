"""The official client with another base URL, over a double of OpenAI."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from tests.cli.process import ADMIN_KEY, Serving, serving
from tests.doubles.process import OpenAIDouble, openai_double
from tests.e2e.hosted import entries, invoice_bill, keyed, ledger_bill, shipped, until, written

KOREAN = "샤프 지수가 높은 전략이 늘 좋은 전략인가요?"
SAID: list[Any] = [{"role": "user", "content": KOREAN}]
TOOLS: list[Any] = [
    {
        "type": "function",
        "function": {
            "name": "find_backtests",
            "description": "내 백테스트를 찾는다",
            "parameters": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]},
        },
    }
]


@pytest.fixture(scope="module")
def running_double(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAIDouble]:
    with openai_double(tmp_path_factory.mktemp("double")) as running:
        yield running


@pytest.fixture
def double(running_double: OpenAIDouble) -> OpenAIDouble:
    running_double.behave()
    return running_double


@pytest.fixture(scope="module")
def running(running_double: OpenAIDouble, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder: Path = tmp_path_factory.mktemp("service")
    configuration = shipped()
    configuration["policies"]["gateway"]["default_max_output_tokens"] = 300
    configuration["budgets"]["tiny"] = {"unit": "tokens", "limit": 10, "period": "day", "user_id": "가난한 사용자"}
    with serving(folder / "data", **keyed(running_double), QUANTRAIL_CONFIG=written(folder, configuration)) as service:
        yield service


@pytest.fixture
def client(running: Serving) -> Iterator[OpenAI]:
    with OpenAI(api_key=ADMIN_KEY, base_url=f"{running.url}/v1", max_retries=0) as made:
        yield made


def newest(running: Serving) -> Any:  # noqa: ANN401  # a row as the path answers it
    return entries(running)[0]


def test_a_completion_is_the_providers_own_and_a_row_of_the_ledger(
    client: OpenAI, running: Serving, double: OpenAIDouble
) -> None:
    raw = client.chat.completions.with_raw_response.create(model="gpt-4o-mini", messages=SAID, max_tokens=40, seed=7)
    answer = raw.parse()
    assert answer.choices[0].message.content
    assert answer.usage is not None
    row = newest(running)
    assert raw.headers["x-quantrail-operation-id"] == row["operation_id"]
    assert raw.headers["x-quantrail-model"] == row["model_id"] == "gpt-4o-mini"
    assert raw.headers["x-quantrail-cost-usd"] == row["cost_usd"]
    assert (row["service"], row["status"]) == ("gateway", "settled")
    assert row["output_tokens"] == answer.usage.completion_tokens
    sent = double.requests()[-1]
    assert (sent["max_completion_tokens"], sent["seed"], "max_tokens" in sent) == (40, 7, False)


def test_a_request_without_a_limit_gets_the_policys_and_is_told(client: OpenAI, double: OpenAIDouble) -> None:
    raw = client.chat.completions.with_raw_response.create(model="gpt-4o-mini", messages=SAID)
    assert raw.headers["x-quantrail-max-output-tokens"] == "300"
    assert double.requests()[-1]["max_completion_tokens"] == 300


@pytest.mark.parametrize("wanted", [1, 0])
def test_a_stream_tells_its_usage_to_who_asked_for_it(
    client: OpenAI, running: Serving, double: OpenAIDouble, wanted: int
) -> None:
    options: Any = {"stream_options": {"include_usage": True}} if wanted else {}
    chunks = list(client.chat.completions.create(model="gpt-4o-mini", messages=SAID, stream=True, **options))
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert text
    told = [chunk.usage for chunk in chunks if chunk.usage is not None]
    assert len(told) == wanted
    row = newest(running)
    assert row["status"] == "settled"
    assert double.requests()[-1]["stream_options"] == {"include_usage": True}
    assert ledger_bill([row]) == invoice_bill([double.calls()[-1]])


def test_tools_and_what_is_not_known_here_pass_through(client: OpenAI, double: OpenAIDouble) -> None:
    client.chat.completions.create(model="gpt-4o-mini", messages=SAID, tools=TOOLS)
    assert double.requests()[-1]["tools"] == TOOLS
    with pytest.raises(openai.BadRequestError, match="Unrecognized request argument supplied: new_parameter"):
        client.chat.completions.create(model="gpt-4o-mini", messages=SAID, extra_body={"new_parameter": {"가": [1]}})
    assert double.requests()[-1]["new_parameter"] == {"가": [1]}


def test_failures_are_those_that_clients_know(client: OpenAI, running: Serving, double: OpenAIDouble) -> None:
    with pytest.raises(openai.NotFoundError) as unknown:
        client.chat.completions.create(model="gpt-99", messages=SAID)
    assert unknown.value.code == "model_not_found"
    with pytest.raises(openai.AuthenticationError):
        OpenAI(api_key="qt-wrong", base_url=f"{running.url}/v1", max_retries=0).models.list()
    with pytest.raises(openai.BadRequestError) as wrong:
        client.chat.completions.create(model="gpt-4o-mini", messages=[])
    assert wrong.value.param == "messages"
    made = running.json("POST", "/api/v1/admin/keys", {"user_id": "가난한 사용자", "roles": ["user"]})
    poor = OpenAI(api_key=made["key"], base_url=f"{running.url}/v1", max_retries=0)
    with pytest.raises(openai.APIStatusError) as broke:
        poor.chat.completions.create(model="gpt-4o-mini", messages=SAID)
    assert (broke.value.status_code, broke.value.code) == (402, "insufficient_quota")
    double.behave(mode="throttle", retry_after="9")
    with pytest.raises(openai.InternalServerError) as throttled:
        client.chat.completions.create(model="gpt-4o-mini", messages=SAID)
    assert throttled.value.response.headers["retry-after"] == "9"
    with pytest.raises(openai.NotFoundError):
        client.get("/nothing-here", cast_to=object)


def test_what_fails_before_the_first_piece_of_a_stream_has_a_status_of_its_own(
    client: OpenAI, double: OpenAIDouble
) -> None:
    double.behave(mode="error", status=500)
    with pytest.raises(openai.InternalServerError):
        client.chat.completions.create(model="gpt-4o-mini", messages=SAID, stream=True)


def test_a_stream_that_breaks_is_an_error_in_the_stream_and_is_paid_for(
    client: OpenAI, running: Serving, double: OpenAIDouble
) -> None:
    double.behave(mode="cut")
    with pytest.raises(openai.APIError):
        list(client.chat.completions.create(model="gpt-4o-mini", messages=SAID, stream=True))
    until(lambda: newest(running)["status"] == "estimated", seconds=5)


def test_the_models_listed_are_those_that_the_caller_may_use(client: OpenAI, running: Serving) -> None:
    listed = {model.id for model in client.models.list()}
    assert "gpt-4o-mini" in listed
    assert "text-embedding-3-small" not in listed
    made = running.json("POST", "/api/v1/admin/keys", {"user_id": "민지", "roles": ["user"], "models": ["gpt-4o"]})
    with OpenAI(api_key=made["key"], base_url=f"{running.url}/v1", max_retries=0) as narrow:
        assert [model.id for model in narrow.models.list()] == ["gpt-4o"]
        with pytest.raises(openai.PermissionDeniedError):
            narrow.chat.completions.create(model="gpt-4o-mini", messages=SAID)


async def test_the_asynchronous_client_streams_too(running: Serving, double: OpenAIDouble) -> None:
    async with AsyncOpenAI(api_key=ADMIN_KEY, base_url=f"{running.url}/v1", max_retries=0) as client:
        stream = await client.chat.completions.create(model="gpt-4o-mini", messages=SAID, stream=True)
        pieces = [chunk.choices[0].delta.content async for chunk in stream if chunk.choices]
    assert "".join(filter(None, pieces))
    assert json.dumps(double.requests()[-1], ensure_ascii=False).count(KOREAN) == 1
