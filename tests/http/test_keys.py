from datetime import UTC, datetime, timedelta

import pytest

from tests.http.service import Caller, Service, a_body

KEYS = "/api/v1/admin/keys"
OWN = "/api/v1/backtests"


@pytest.mark.parametrize("header", [None, "", "Basic abc", "Bearer", "Bearer ", "Bearer qt_unknown", "Bearer \x80"])
async def test_without_a_key_that_holds_nothing_answers(running: Service, header: str | None) -> None:
    headers = {} if header is None else {b"Authorization": header.encode("latin-1")}
    answer = await running.http.get(OWN, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_a_key_is_shown_once_and_never_again(running: Service) -> None:
    issued = await running.admin.post(KEYS, {"user_id": "민지", "roles": ["user"], "name": "노트북"}, 201)
    assert issued["key"].startswith("qt_")
    listed = (await running.admin.get(KEYS))["keys"]
    assert issued["key"] not in str(listed)
    assert listed[-1] | {"key": issued["key"]} == issued


async def test_one_key_is_shown_as_it_is_listed(running: Service, minji: Caller) -> None:
    listed = (await running.admin.get(KEYS))["keys"][-1]
    assert await running.admin.get(f"{KEYS}/{listed['key_id']}") == listed
    await running.admin.get(f"{KEYS}/없는-키", 404)
    await minji.get(f"{KEYS}/{listed['key_id']}", 403)


async def test_a_revoked_key_is_refused(running: Service, minji: Caller) -> None:
    key_id = (await running.admin.get(KEYS))["keys"][-1]["key_id"]
    assert (await running.admin.ask("DELETE", f"{KEYS}/{key_id}")).json()["revoked_at"] is not None
    assert (await minji.get(OWN, 401))["reason"] == "revoked"
    assert (await running.admin.ask("DELETE", f"{KEYS}/no-such-key")).status_code == 404


async def test_a_rotated_key_overlaps_with_its_successor(running: Service, minji: Caller) -> None:
    key_id = (await running.admin.get(KEYS))["keys"][-1]["key_id"]
    new = await running.admin.post(f"{KEYS}/{key_id}/rotate", {"overlap_seconds": 60}, 201)
    await minji.get(OWN)
    await Caller(http=running.http, key=new["key"]).get(OWN)
    await running.admin.post(f"{KEYS}/{new['key_id']}/rotate", {"overlap_seconds": 0}, 201)
    await Caller(http=running.http, key=new["key"]).get(OWN, 401)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"roles": []}, "roles"),
        ({"user_id": ""}, "user_id"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2100-01-01T00:00:00"}, "expires_at"),
    ],
)
async def test_a_key_that_makes_no_sense_is_refused(running: Service, change: dict[str, object], field: str) -> None:
    problem = await running.admin.post(KEYS, {"user_id": "jun", "roles": ["user"], **change}, 422)
    assert problem["errors"][0]["field"] == field


async def test_only_admins_manage_keys(running: Service, minji: Caller) -> None:
    service = await running.user("platform", "service")
    for caller in (minji, service):
        assert (await caller.get(KEYS, 403))["roles"] == ["admin"]
        await caller.post(KEYS, {"user_id": "minji", "roles": ["admin"]}, 403)


async def test_a_service_acts_for_a_user_and_a_user_for_nobody(running: Service, minji: Caller) -> None:
    service = await running.user("platform", "service")
    acting = {b"Authorization": f"Bearer {service.key}".encode(), b"X-User-Id": "민지@quant.kr".encode()}
    assert (await running.http.post(OWN, json=a_body(), headers=acting)).status_code == 201
    await minji.get(f"{OWN}/bt-2041")
    await service.get(f"{OWN}/bt-2041", 404)
    answer = await minji.ask("GET", OWN, headers={"X-User-Id": "alex@quant.io"})
    assert answer.status_code == 403


async def test_an_expired_key_is_refused(running: Service) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=1.5)).isoformat()
    caller = await running.user("jun", expires_at=soon)
    while (answer := await caller.ask("GET", OWN)).status_code == 200:
        pass
    assert answer.json()["reason"] == "expired"


async def test_a_key_narrows_what_may_be_used(running: Service) -> None:
    caller = await running.user("jun", services=["chatops"])
    problem = await caller.post("/api/v1/strategy-builder", {"request": "RSI 전략"}, 403)
    assert problem["service"] == "strategy_builder"
    picky = await running.user("jun", models=["gpt-4o"])
    await picky.post("/api/v1/strategy-builder", {"request": "RSI 전략", "model_id": "gpt-4o-mini"}, 403)
