import inspect
import json
from typing import Any

import pytest

from domain import access_errors, conversation_errors, errors, idempotency, rule_errors
from domain.errors import DomainError
from entrypoints.http.app import create_app
from entrypoints.http.problems import STATUS, status_of
from tests.http.service import Caller, Service, a_body


def concrete_errors() -> list[type[DomainError]]:
    modules = (errors, access_errors, conversation_errors, idempotency, rule_errors)
    members = {e for module in modules for _, e in inspect.getmembers(module, inspect.isclass)}
    return sorted((e for e in members if issubclass(e, DomainError) and e is not DomainError), key=lambda e: e.code)


@pytest.mark.parametrize("error", concrete_errors())
def test_every_domain_error_finds_a_status(error: type[DomainError]) -> None:
    assert status_of(error) in STATUS.values()


def test_an_error_outside_of_the_table_is_noticed() -> None:
    class Stray(DomainError):
        pass

    with pytest.raises(KeyError):
        status_of(Stray)


async def test_a_body_that_breaks_off_is_no_defect_of_the_service(
    running: Service, caplog: pytest.LogCaptureFixture
) -> None:
    answers: list[Any] = []
    parts: list[Any] = [
        {"type": "http.request", "body": b'{"backtest_id": ', "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Any:  # noqa: ANN401  # one of ASGI's many messages
        return parts.pop(0)

    async def send(message: Any) -> None:  # noqa: ANN401  # the same
        answers.append(message)

    scope: Any = {
        "type": "http", "method": "POST", "path": "/api/v1/backtests", "raw_path": b"/api/v1/backtests",
        "query_string": b"", "headers": [(b"authorization", f"Bearer {running.admin.key}".encode())],
        "http_version": "1.1", "scheme": "http", "root_path": "", "client": ("127.0.0.1", 1), "server": None,
        "asgi": {"version": "3.0", "spec_version": "2.4"}, "extensions": {}, "state": {},
    }  # fmt: skip
    await create_app(running.container)(scope, receive, send)
    assert answers[0]["status"] == 400
    assert "broke off" in json.loads(answers[1]["body"])["detail"]
    assert "unexpected_failure" not in caplog.messages


def test_codes_are_distinct_and_in_kebab_case() -> None:
    codes = [error.code for error in concrete_errors()]
    assert len(set(codes)) == len(codes)
    assert all(code == code.lower().replace("_", "-") for code in codes)


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("limt=5", "limt", "did you mean limit?"),
        ("limit=5&한도=3", "한도", "it takes cursor, limit"),
        ("limit=5&limit=6", "limit", "more than once"),
    ],
)
async def test_a_query_parameter_that_would_be_ignored_is_400(minji: Caller, query: str, field: str, said: str) -> None:
    problem = await minji.get(f"/api/v1/backtests?{query}", 400)
    assert [(fault["field"], said in fault["message"]) for fault in problem["errors"]] == [(field, True)]


async def test_parameters_that_a_dependency_reads_are_known(minji: Caller) -> None:
    await minji.get("/api/v1/gen-ai/usage/entries?limit=3&model=gpt-4o&from=2026-11-01")
    problem = await minji.get("/api/v1/gen-ai/usage?form=2026-11-01", 400)
    assert problem["errors"][0]["message"].endswith("did you mean from?")


@pytest.mark.parametrize(
    ("path", "accepted"),
    [
        ("/api/v1/gen-ai/models?tier=huge", "accepted: mini, standard, advanced, premium"),
        ("/api/v1/gen-ai/models?capability=flying", "accepted: chat, streaming"),
        ("/api/v1/chatops/sessions/cv-1/export?format=pdf", "accepted: markdown, json"),
    ],
)
async def test_a_parameter_that_is_one_of_few_words_says_which(minji: Caller, path: str, accepted: str) -> None:
    [fault] = (await minji.get(path, 400))["errors"]
    assert accepted in fault["message"]


async def test_a_path_that_there_is_not_and_a_method_that_it_does_not_take_are_named(minji: Caller) -> None:
    assert "/api/v1/백테스트;" in (await minji.get("/api/v1/백테스트", 404))["detail"]
    answer = await minji.ask("PATCH", "/api/v1/backtests")
    assert answer.status_code == 405
    assert answer.json()["detail"] == f"PATCH is none of {answer.headers['allow']}"


async def test_a_probe_may_add_what_it_likes(running: Service) -> None:
    assert (await running.http.get("/health/live?ts=1")).status_code == 200


async def test_a_line_of_a_batch_that_is_no_json_says_in_which_column_of_it(minji: Caller) -> None:
    lines = b'{"backtest_id": "bt-1"\n{"backtest_id": NaN}\n'
    headers = {"Authorization": f"Bearer {minji.key}", "Content-Type": "application/x-ndjson"}
    answer = await minji.http.post("/api/v1/backtests/batch", content=lines, headers=headers)
    messages = [rejected["errors"][0]["message"] for rejected in answer.json()["rejected"]]
    assert messages[0] == "the line is no JSON: Expecting ',' delimiter (column 23)"
    assert messages[1].endswith("or send null (column 17)")


async def test_every_line_of_a_batch_names_all_that_is_wrong_with_it(minji: Caller) -> None:
    bad = a_body(backtest_id="bt-x", symbols=[1], metrics={"샤프": 1})
    answer = await minji.post("/api/v1/backtests/batch", [a_body(), bad])
    (rejected,) = answer["rejected"]
    assert [fault["field"] for fault in rejected["errors"]] == ["symbols[0]", "metrics.샤프", "metrics.total_return"]
