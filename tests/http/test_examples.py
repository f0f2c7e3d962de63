"""Whatever the description offers as an example holds."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from entrypoints.http.backtest_body import EXAMPLE
from tests.http.service import Caller, Service, a_body

Document = dict[str, Any]


async def described(running: Service) -> Document:
    document: Document = (await running.http.get("/schema/openapi.json")).json()
    return document


def operations(document: Document) -> Iterator[tuple[str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def bodies(document: Document) -> Iterator[tuple[str, str, Document, object]]:
    """Operation, media type, schema, and the example of a body."""
    for name, operation in operations(document):
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            for example in content["examples"].values():
                yield name, media_type, content["schema"], example["value"]


def examples(node: Any) -> Iterator[tuple[Document, object]]:  # noqa: ANN401  # any part of a JSON document
    """Every schema that carries examples, with each of them."""
    if isinstance(node, dict):
        for example in node["examples"] if isinstance(node.get("examples"), list) else ():
            yield node, example
        if "schema" in node and "example" in node:
            yield node["schema"], node["example"]
    for member in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from examples(member)


def valid(schema: Document, document: Document, value: object) -> bool:
    whole = schema | {"components": document["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True).is_valid(value)


async def what_examples_speak_of(admin: Caller) -> dict[str, str]:
    """The parameters of paths, of things that are there; the backtests of the examples are there too."""
    for backtest_id in ("bt-2041", "bt-2042"):
        await admin.record({**EXAMPLE, "backtest_id": backtest_id})
    key_id = (await admin.post("/api/v1/admin/keys", {"user_id": "민지", "roles": ["user"]}, 201))["key_id"]
    session_id = (await admin.post("/api/v1/chatops/sessions", {}, 201))["session_id"]
    return {"key_id": key_id, "session_id": session_id, "rule": "team_reports"}


async def test_every_example_of_a_body_is_taken_by_the_service(running: Service) -> None:
    document = await described(running)
    there = await what_examples_speak_of(running.admin)
    seen = set()
    for name, media_type, _, example in bodies(document):
        method, path = name.format(**there).split(maxsplit=1)
        headers = {"Authorization": f"Bearer {running.admin.key}", "Content-Type": media_type}
        if isinstance(example, str):
            answer = await running.http.request(method, path, content=example.encode(), headers=headers)
        else:
            answer = await running.admin.ask(method, path, example)
        assert answer.is_success, (name, answer.text)
        assert not answer.json().get("rejected"), name
        seen.add(name)
    assert seen == {name for name, operation in operations(document) if "requestBody" in operation}


async def test_every_example_is_valid_by_its_own_schema(running: Service) -> None:
    document = await described(running)
    found = [*examples(document), *((schema, example) for _, _, schema, example in bodies(document))]
    assert len(found) > 10
    for schema, example in found:
        assert valid(schema, document, example), (schema, example)


@pytest.mark.parametrize(
    "change", [{"start": "gestern"}, {"metrics": {"total_return": "viel"}}, {"surprise": 1}, {"symbols": None}]
)
async def test_an_example_that_is_not_valid_would_be_noticed(running: Service, change: dict[str, object]) -> None:
    document = await described(running)
    assert not valid({"$ref": "#/components/schemas/BacktestBody"}, document, a_body(**change))
    assert valid({"$ref": "#/components/schemas/BacktestBody"}, document, a_body())


async def test_every_operation_says_who_may_ask_and_under_which_id(running: Service) -> None:
    document = await described(running)
    seen = [operation["operationId"] for _, operation in operations(document)]
    assert sorted(set(seen)) == sorted(seen)
    for name, operation in operations(document):
        open_to_all = name.startswith("GET /health/")
        optional = name == "GET /metrics"  # for a caller on this machine; nobody is acted for
        references = [parameter["$ref"] for parameter in operation["parameters"] if "$ref" in parameter]
        named = {document["components"]["parameters"][reference.rpartition("/")[2]]["name"] for reference in references}
        named -= {"Idempotency-Key"}  # of those that cost money; another test tells which
        assert named == ({"X-Request-Id"} if open_to_all or optional else {"X-Request-Id", "X-User-Id"}), name
        security: list[Document] | None = [] if open_to_all else [{"bearer": []}, {}] if optional else None
        assert operation.get("security") == security, name
        # A value that is refused is a bad request in OpenAI's interface.
        refused = set[str]() if name.partition(" ")[2].startswith("/v1/") else {"422"}
        assert open_to_all or {"400", "401", "403", "503"} | refused <= set(operation["responses"]), name
        assert all("X-Request-Id" in answer["headers"] for answer in operation["responses"].values()), name
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert document["security"] == [{"bearer": []}]


async def test_the_documented_headers_are_there(running: Service, minji: Caller) -> None:
    refused = await running.http.get("/api/v1/backtests")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    answer = await minji.ask("GET", "/api/v1/backtests", headers={"X-Request-Id": "내 것이 아니다".encode().hex()})
    assert answer.headers["x-request-id"] == "내 것이 아니다".encode().hex()
