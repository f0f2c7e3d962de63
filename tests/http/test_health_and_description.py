from typing import Any

from tests.http.service import Service

CONTRACT = {
    "/health/live": {"get"},
    "/health/ready": {"get"},
    "/api/v1/gen-ai/models": {"get"},
    "/api/v1/gen-ai/models/{service_name}": {"get"},
    "/api/v1/backtests": {"get", "post"},
    "/api/v1/backtests/batch": {"post"},
    "/api/v1/backtests/{backtest_id}": {"get", "delete"},
    "/api/v1/backtests/search": {"post"},
    "/api/v1/strategy-builder": {"post"},
    "/api/v1/strategy-builder/generate-with-rag": {"post"},
    "/api/v1/chatops/sessions": {"get", "post"},
    "/api/v1/chatops/sessions/{session_id}": {"get", "delete"},
    "/api/v1/chatops/sessions/{session_id}/export": {"get"},
    "/api/v1/chatops/sessions/{session_id}/chat": {"post"},
    "/api/v1/strategies": {"get"},
    "/api/v1/strategies/{strategy_id}": {"get"},
    "/api/v1/narrative-reports": {"get", "post"},
    "/api/v1/narrative-reports/{report_id}": {"get"},
    "/api/v1/chatops/strategies/compare": {"post"},
    "/api/v1/gen-ai/usage": {"get"},
    "/api/v1/gen-ai/usage/entries": {"get"},
    "/api/v1/gen-ai/usage/entries/{entry_id}/body": {"get"},
    "/api/v1/gen-ai/budgets": {"get"},
    "/api/v1/admin/budgets/{rule}": {"put", "delete"},
    "/api/v1/admin/prices/diff": {"get"},
    "/api/v1/admin/prices/apply": {"post"},
    "/api/v1/admin/keys": {"get", "post"},
    "/api/v1/admin/keys/{key_id}": {"get", "delete"},
    "/api/v1/admin/keys/{key_id}/rotate": {"post"},
    "/api/v1/admin/audit": {"get"},
    "/api/v1/admin/users/{user_id}/data": {"delete"},
    "/api/v1/admin/index/backup": {"post"},
    "/api/v1/admin/index/prune": {"post"},
    "/api/v1/admin/ledger/verify": {"get"},
    "/api/v1/admin/reload": {"post"},
    "/api/v1/admin/index/status": {"get"},
    "/api/v1/admin/index/rebuild": {"post"},
    "/api/v1/admin/index/migrate": {"post"},
    "/api/v1/admin/index/build": {"delete"},
    "/api/v1/admin/index/verify": {"post"},
    "/api/v1/admin/ledger/reconcile": {"post"},
    "/metrics": {"get"},
    "/v1/models": {"get"},
    "/v1/chat/completions": {"post"},
}

WITHOUT_BODY = {"/api/v1/admin/reload", "/api/v1/admin/index/rebuild", "/api/v1/admin/index/backup"}
"""Posts that are an order by themselves."""


async def description(running: Service) -> dict[str, Any]:
    answer = await running.http.get("/schema/openapi.json")
    assert answer.status_code == 200
    document: dict[str, Any] = answer.json()
    return document


async def test_health_asks_for_no_key_and_names_each_part(running: Service) -> None:
    assert (await running.http.get("/health/live")).json() == {"status": "alive"}
    ready = (await running.http.get("/health/ready")).json()
    assert ready["status"] == "ready"
    assert set(ready["parts"]) == {"database", "vector_store", "index", "models"}


async def test_every_path_of_the_contract_is_described(running: Service) -> None:
    document = await description(running)
    assert document["openapi"].startswith("3.1")
    assert {path: set(operations) for path, operations in document["paths"].items()} == CONTRACT


async def test_every_operation_that_takes_a_body_says_so(running: Service) -> None:
    document = await description(running)
    bodiless = {
        path
        for path, operations in document["paths"].items()
        if "post" in operations and "requestBody" not in operations["post"]
    }
    assert bodiless == WITHOUT_BODY


async def test_every_operation_that_takes_a_body_has_an_example(running: Service) -> None:
    document = await description(running)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                assert has_example(content, document), (method, path)


def has_example(content: dict[str, Any], document: dict[str, Any]) -> bool:
    if content.get("examples") or content.get("example"):
        return True
    schema = content["schema"]
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "oneOf" in schema:
        return any(has_example({"schema": one}, document) for one in schema["oneOf"])
    members = schema.get("properties", {}).values()
    return bool(schema.get("examples")) or any("examples" in member for member in members)


async def test_the_page_loads_nothing_from_anywhere_else(running: Service) -> None:
    page = (await running.http.get("/schema")).text
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "swagger-ui-standalone-preset.js"):
        assert f'"/schema-assets/{asset}"' in page
        assert (await running.http.get(f"/schema-assets/{asset}")).status_code == 200
    assert "https://" not in page.replace("https://github.com", "").partition("<body>")[0]


async def test_a_path_that_is_not_there_and_a_wrong_method_are_problems_too(running: Service) -> None:
    for method, path, status in (("GET", "/nowhere", 404), ("PUT", "/api/v1/backtests", 405)):
        answer = await running.http.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["request_id"] == answer.headers["x-request-id"]
