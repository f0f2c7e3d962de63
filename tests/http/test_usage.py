from pathlib import Path

import pytest

from adapters.memory.usage_ledger import InMemoryUsageLedger
from domain.errors import StoreUnavailable
from domain.usage import Settlement, UsageFilter, UsageStatus
from tests.http.service import Caller, Service, service

USAGE = "/api/v1/gen-ai/usage"
BUILD = "/api/v1/strategy-builder"


async def test_sums_agree_with_rows(minji: Caller) -> None:
    for _ in range(3):
        await minji.search("안정적인 전략")
    summary = await minji.get(f"{USAGE}?group_by=service,model,status")
    entries = (await minji.get(f"{USAGE}/entries"))["entries"]
    (group,) = summary["groups"]
    assert (group["service"], group["model"], group["requests"], group["attempts"]) == ("memory", "hashed-words", 3, 3)
    assert group["input_tokens"] == sum(entry["input_tokens"] for entry in entries) > 0
    assert summary["total"]["requests"] == 3


async def test_a_user_sees_their_own_and_an_admin_everybodys(running: Service, minji: Caller, alex: Caller) -> None:
    await minji.search("안정적인 것")
    await alex.search("something calm")
    own = await minji.get(f"{USAGE}?group_by=user")
    assert [group["user"] for group in own["groups"]] == ["민지@quant.kr"]
    everybody = await running.admin.get(f"{USAGE}?group_by=user")
    assert {group["user"] for group in everybody["groups"]} == {"민지@quant.kr", "alex@quant.io"}
    await minji.get(f"{USAGE}?user=alex@quant.io", 403)
    entries = (await minji.get(f"{USAGE}/entries"))["entries"]
    assert {entry["user_id"] for entry in entries} == {"민지@quant.kr"}


async def test_the_callers_own_request_id_is_kept(minji: Caller) -> None:
    answer = await minji.ask(
        "POST", "/api/v1/backtests/search", {"query": "안정적인 것"}, headers={"X-Request-Id": "trace-42/a"}
    )
    assert answer.headers["x-request-id"] == "trace-42/a"
    assert (await minji.get(f"{USAGE}/entries"))["entries"][0]["request_id"] == "trace-42/a"


@pytest.mark.parametrize("given", ["", "x" * 200, "with blank", "한글"])
async def test_a_request_id_that_is_none_is_replaced(minji: Caller, given: str) -> None:
    headers = {b"Authorization": f"Bearer {minji.key}".encode(), b"X-Request-Id": given.encode()}
    answer = await minji.http.get(USAGE, headers=headers)
    assert answer.headers["x-request-id"].startswith("req-")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday", "from"),
        ("to=2026-13-01", "to"),
        ("from=2026-11-20T09:30:00", "from"),
        ("group_by=colour", "group_by"),
        ("status=lost", "status"),
    ],
)
async def test_a_query_that_cannot_be_read_is_400(minji: Caller, query: str, field: str) -> None:
    problem = await minji.get(f"{USAGE}?{query}", 400)
    assert problem["errors"][0]["field"] == field


async def test_days_bound_the_rows(minji: Caller) -> None:
    await minji.search("안정적인 것")
    assert (await minji.get(f"{USAGE}?from=2100-01-01"))["total"]["requests"] == 0
    assert (await minji.get(f"{USAGE}?from=2020-01-01&to=2100-01-01"))["total"]["requests"] == 1


async def test_rows_are_paged_newest_first(minji: Caller) -> None:
    for i in range(5):
        await minji.search("안정적인 전략" + "!" * i)
    path, seen = f"{USAGE}/entries?limit=2", []
    while path:
        page = await minji.get(path)
        seen += [entry["entry_id"] for entry in page["entries"]]
        path = f"{USAGE}/entries?limit=2&cursor={page['next_cursor']}" if page["next_cursor"] else ""
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5


async def test_budgets_say_what_is_left(running: Service, minji: Caller) -> None:
    await minji.search("안정적인 것")
    for caller in (minji, running.admin):
        for budget in (await caller.get("/api/v1/gen-ai/budgets"))["budgets"]:
            assert float(budget["left"]) == float(budget["limit"]) - float(budget["spent"]) - float(budget["held"])
            assert budget["resets_at"].endswith("Z")


async def test_a_row_that_the_database_did_not_take_is_settled_before_the_service_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []
    settle = InMemoryUsageLedger.settle

    async def away_at_first(ledger: InMemoryUsageLedger, entry_id: str, settlement: Settlement) -> bool:
        tries.append(entry_id)
        if len(tries) == 1:
            raise StoreUnavailable("database", "connection refused")
        return await settle(ledger, entry_id, settlement)

    monkeypatch.setattr(InMemoryUsageLedger, "settle", away_at_first)
    async with service(tmp_path) as running:
        built = await running.admin.post(BUILD, {"request": "GOOG에서 RSI 14로 역추세 전략"})
        (row,) = (await running.admin.get(f"{USAGE}/entries"))["entries"]
        assert (row["status"], row["operation_id"]) == ("pending", built["generation"]["operation_id"])
    (entry,) = (await running.container.stores().report.entries(UsageFilter(), limit=9)).items
    assert (entry.status, len(tries)) == (UsageStatus.SETTLED, 2)
