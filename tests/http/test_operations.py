import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.price_fact import PriceFact
from entrypoints.http.app import create_app
from tests.e2e.hosted import shipped, written
from tests.http.service import Caller, Service, a_body, service

AUDIT, RELOAD, KEYS = "/api/v1/admin/audit", "/api/v1/admin/reload", "/api/v1/admin/keys"


async def acts(running: Service) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = (await running.admin.get(AUDIT))["entries"]
    return entries


async def test_what_happens_to_a_key_is_told_with_who_what_and_when(running: Service) -> None:
    issued = await running.admin.ask(
        "POST", KEYS, {"user_id": "민지", "roles": ["user"], "name": "노트북"}, headers={"X-Request-Id": "ticket-77"}
    )
    key_id, secret = issued.json()["key_id"], issued.json()["key"]
    rotated = await running.admin.post(f"{KEYS}/{key_id}/rotate", {"overlap_seconds": 60}, 201)
    await running.admin.ask("DELETE", f"{KEYS}/{rotated['key_id']}")
    rows = await acts(running)
    told = [(row["action"], row["subject"]) for row in rows]
    assert told == [
        ("key_revoked", rotated["key_id"]),
        ("key_revoked", key_id),
        ("key_rotated", rotated["key_id"]),
        ("key_issued", key_id),
        ("key_issued", rows[-1]["subject"]),
    ]
    first = rows[3]
    assert (first["user_id"], first["request_id"]) == ("admin", "ticket-77")
    assert (first["facts"]["for_user"], first["facts"]["roles"], first["facts"]["name"]) == ("민지", ["user"], "노트북")
    assert rows[2]["facts"]["replaces"] == key_id
    assert rows[-1]["user_id"] == "system"
    assert not any(key in str(rows) for key in (secret, rotated["key"], running.admin.key))


async def test_an_act_that_is_refused_leaves_no_row(running: Service) -> None:
    before = await acts(running)
    await running.admin.post(KEYS, {"user_id": "jun", "roles": []}, 422)
    assert (await running.admin.ask("DELETE", f"{KEYS}/no-such-key")).status_code == 404
    assert await acts(running) == before


async def test_the_trail_is_read_a_page_at_a_time_by_admins_only(running: Service, minji: Caller) -> None:
    page = await running.admin.get(f"{AUDIT}?limit=1")
    rest = await running.admin.get(f"{AUDIT}?limit=1&cursor={page['next_cursor']}")
    assert [*page["entries"], *rest["entries"]] == await acts(running)
    assert rest["next_cursor"] is None
    platform = await running.user("platform", "service")
    for caller in (minji, platform):
        await caller.get(AUDIT, 403)
        await caller.post(RELOAD, None, 403)
    await running.admin.get(f"{AUDIT}?cursor=bm90aGluZw", 400)


async def test_a_reload_puts_the_file_in_force_and_says_what_changed(tmp_path: Path) -> None:
    configuration = shipped()
    async with service(tmp_path, QUANTRAIL_CONFIG=written(tmp_path, configuration)) as running:
        configuration["budgets"] = {"팀": {"unit": "usd", "limit": "7", "period": "day"}}
        price = configuration["catalogue"]["models"]["gpt-4o"]["prices"][0]
        price["input_usd_per_mtok"] = "2.75"
        before = await running.container.stores().prices.all()
        written(tmp_path, configuration)
        answer = await running.admin.post(RELOAD, None)
        assert "팀" in answer["changed"]["budgets"]
        assert answer["changed"]["prices"] == ["gpt-4o"]
        assert answer["version"] != answer["previous_version"]
        assert (await running.admin.get("/api/v1/gen-ai/budgets"))["budgets"][0]["limit"] == "7"
        await the_prices_are_kept(running, before)
        [row, *_] = await acts(running)
        assert (row["action"], row["subject"]) == ("configuration_reloaded", answer["version"])
        assert (row["facts"]["before"], row["facts"]["prices"]) == (answer["previous_version"], ["gpt-4o"])


async def the_prices_are_kept(running: Service, before: list[PriceFact]) -> None:
    """Those of the start and the one that is new; none is lost, so every row can be reckoned again."""
    rules = running.container.governance().current()
    kept = await running.container.stores().prices.all()
    assert set(before) < set(kept)
    assert {fact.model_id for fact in before} == {model.model_id for model in rules.catalogue}
    assert set(rules.price_facts()) <= set(kept)
    (new,) = set(kept) - set(before)
    assert (new.model_id, new.price.input_usd_per_mtok) == ("gpt-4o", Decimal("2.75"))


async def test_a_file_with_mistakes_changes_nothing_and_every_mistake_is_listed(tmp_path: Path) -> None:
    configuration = shipped()
    path = written(tmp_path, configuration)
    async with service(tmp_path, QUANTRAIL_CONFIG=path) as running:
        models = await running.admin.get("/api/v1/gen-ai/models")
        configuration["policies"]["chatops"]["timeout_seconds"] = "soon"
        configuration["policies"]["memory"]["defaults"] = ["no-such-model"]
        written(tmp_path, configuration)
        before = await acts(running)
        problem = await running.admin.post(RELOAD, None, 422)
        named = {error["field"] for error in problem["errors"]}
        assert {"policies.chatops.timeout_seconds", "policies.memory.defaults[0]"} <= named
        await asyncio.to_thread(Path(path).write_text, "catalogue: [", encoding="utf-8")
        await running.admin.post(RELOAD, None, 422)
        assert await running.admin.get("/api/v1/gen-ai/models") == models
        assert await acts(running) == before


async def test_another_embedding_model_needs_a_restart(tmp_path: Path) -> None:
    configuration = shipped()
    async with service(tmp_path, QUANTRAIL_CONFIG=written(tmp_path, configuration)) as running:
        configuration["catalogue"]["models"]["hashed-words"]["dimensions"] = 128
        written(tmp_path, configuration)
        problem = await running.admin.post(RELOAD, None, 422)
        assert problem["errors"][0]["field"] == "policies.memory.defaults"
        assert "restart" in problem["errors"][0]["message"]


def sample(text: str, name: str, **labels: str) -> float:
    """The value of one sample."""
    found = [
        float(line.rpartition(" ")[2])
        for line in text.splitlines()
        if line.partition("{")[0].partition(" ")[0] == name and all(f'{k}="{v}"' in line for k, v in labels.items())
    ]
    assert len(found) == 1, (name, labels, found)
    return found[0]


async def test_figures_count_requests_by_route_and_what_the_ledger_says(running: Service, minji: Caller) -> None:
    await minji.record(a_body())
    await minji.until_indexed()
    await minji.search("RSI 과매도 반등")
    await minji.get("/api/v1/backtests/bt-2041")
    await minji.get("/api/v1/backtests/bt-404", 404)
    text = (await running.admin.ask("GET", "/metrics")).text
    one = {"method": "GET", "route": "/api/v1/backtests/{backtest_id}"}
    assert sample(text, "quantrail_http_requests_total", **one, status="200") == 1
    assert sample(text, "quantrail_http_requests_total", **one, status="404") == 1
    assert sample(text, "quantrail_http_request_seconds_count", **one) == 2
    served = {"service": "memory", "model": "hashed-words"}
    total = (await running.admin.get("/api/v1/gen-ai/usage?group_by="))["total"]
    assert sample(text, "quantrail_tokens_total", **served, bucket="uncached_input") == total["input_tokens"]
    assert sample(text, "quantrail_model_attempts_total", **served, status="settled") == total["attempts"]
    assert sample(text, "quantrail_outbox_tasks", kind="index") == 0
    assert sample(text, "quantrail_index_lag_seconds") == 0
    assert sample(text, "quantrail_stores_readable") == 1
    assert "minji" not in text
    assert "민지" not in text
    assert "bt-2041" not in text


async def test_any_path_or_method_that_is_none_is_counted_as_one(running: Service) -> None:
    for path in ("/nowhere", "/somewhere/else"):
        assert (await running.http.get(path)).status_code == 404
    await running.http.request("BREW", "/health/live")
    text = (await running.http.get("/metrics")).text
    assert sample(text, "quantrail_http_requests_total", method="GET", route="none", status="404") == 2
    assert "nowhere" not in text
    assert "BREW" not in text


async def test_figures_are_for_admins_services_and_this_machine(running: Service, minji: Caller) -> None:
    platform = await running.user("platform", "service")
    for caller in (running.admin, platform):
        assert (await caller.ask("GET", "/metrics")).status_code == 200
    await minji.get("/metrics", 403)
    assert (await running.http.get("/metrics", headers={"Authorization": "Bearer qt_wrong"})).status_code == 401
    assert (await running.http.get("/metrics")).headers["content-type"].startswith("text/plain; version=0.0.4")


@pytest.mark.parametrize(
    ("client", "headers"),
    [("10.0.0.7", {}), ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}), ("127.0.0.1", {"Forwarded": "for=x"})],
)
async def test_from_elsewhere_figures_need_a_credential(running: Service, client: str, headers: dict[str, str]) -> None:
    transport = httpx.ASGITransport(app=create_app(running.container), client=(client, 1))  # type: ignore[arg-type]  # httpx names ASGI's types otherwise
    async with httpx.AsyncClient(transport=transport, base_url="http://quantrail") as http:
        assert (await http.get("/metrics", headers=headers)).status_code == 401
