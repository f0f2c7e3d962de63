"""Erasing a user, asked over HTTP: with the embedded stores nothing of them is left in any file."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from domain.audit import AuditAction
from domain.erasure import ErasureOrder
from tests.builders import MOMENT, a_scope, an_audit_entry
from tests.e2e.hosted import shipped, written
from tests.http.gated import gated
from tests.http.service import Caller, Service, a_body, service
from tests.http.test_strategies import VALID

USER, MARK = "민지@quant.kr", "은하수거북이"
ERASE = "/api/v1/admin/users/%EB%AF%BC%EC%A7%80@quant.kr/data"
CHATS, BUILD, VERIFY = "/api/v1/chatops/sessions", "/api/v1/strategy-builder", "/api/v1/admin/ledger/verify"
HEARING_SECONDS = 30.0


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[Service]:
    """The stores that are embedded by default, and every word kept."""
    configuration = shipped()
    configuration["retention"]["store_bodies"] = True
    folder = tmp_path / "data"
    folder.mkdir()
    settings = {
        "QUANTRAIL_DATABASE_URL": f"sqlite:///{folder / 'quantrail.db'}",
        "QUANTRAIL_VECTOR_STORE": "chroma",
        "QUANTRAIL_CONFIG": written(tmp_path, configuration),
    }
    async with service(folder, **settings) as started:
        yield started


def a_run_of(user: str, mark: str, number: int) -> dict[str, Any]:
    body = a_body(backtest_id=f"{mark}-{number}", notes=f"{mark} 메모 " * (1 if number % 3 else 600))
    body["strategy"] |= {"name": f"{mark} 전략 {number}", "description": f"{user}: {mark}의 설명 {number}"}
    return body


async def busy(caller: Caller, user: str, mark: str, *, runs: int = 30) -> None:
    """The user has done something of everything."""
    for number in range(runs):
        await caller.record(a_run_of(user, mark, number))
    await caller.until_indexed()
    await caller.search(f"{mark} 같은 전략")
    await caller.post(BUILD, {"request": f"{mark} GOOG에서 RSI 14가 30 아래면 매수"})
    await caller.post(f"{BUILD}/generate-with-rag", {"request": f"{mark} GOOG RSI 역추세"})
    await caller.post("/api/v1/narrative-reports", {"backtest_id": f"{mark}-1"})
    session = (await caller.post(CHATS, {"title": f"{mark} 점검"}, 201))["session_id"]
    headers = {"Idempotency-Key": "order-1", "X-Request-Id": "req-of-minji"}
    body = {"question": f"{mark} 전략은 어땠어?", "use_rag": True}
    assert (await caller.ask("POST", f"{CHATS}/{session}/chat", body, headers=headers)).status_code == 200


def holding(folder: Path, needles: Sequence[str]) -> Iterator[str]:
    """Every file that holds one of these texts, as bytes in UTF-8 or as JSON escapes them."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            for needle in needles:
                escaped = needle.encode("ascii", "backslashreplace")
                if needle.encode() in content or escaped in content:
                    yield f"{path.relative_to(folder)}: {needle}"


async def test_no_byte_of_the_user_is_left_in_the_data_folder(embedded: Service, tmp_path: Path) -> None:
    minji, alex = await embedded.user(USER, name=f"{MARK} 노트북"), await embedded.user("alex@quant.io")
    for number in range(40):
        await alex.record(a_run_of("alex", "hedgehog", number))
    await busy(minji, USER, MARK)
    await embedded.admin.ask(
        "PUT", "/api/v1/admin/budgets/own", {"unit": "usd", "limit": "5", "period": "day", "user_id": USER}
    )
    await asyncio.sleep(0.1)
    assert list(holding(tmp_path / "data", [USER, MARK]))
    answer = await embedded.admin.ask("DELETE", ERASE)
    assert answer.status_code == 200, answer.text
    counts = answer.json()
    assert counts["removed"].items() >= {
        "backtests": 30, "strategies": 2, "reports": 1, "conversations": 1, "turns": 1, "keys": 1, "budgets": 1,
        "first_answers": 1,
    }.items()  # fmt: skip
    assert list(holding(tmp_path / "data", [USER, MARK])) == []
    assert (await embedded.admin.get(VERIFY))["differences"] == []
    assert len(await alex.found("RSI hedgehog", top_k=5)) == 5


async def test_nothing_comes_back_when_the_process_goes_on(embedded: Service, tmp_path: Path) -> None:
    minji = await embedded.user(USER)
    await busy(minji, USER, MARK, runs=4)
    await minji.record(a_run_of(USER, MARK, 999))
    await embedded.admin.ask("DELETE", ERASE)
    other = await embedded.user("alex@quant.io")
    await busy(other, "alex", "hedgehog", runs=4)
    assert list(holding(tmp_path / "data", [USER, MARK])) == []


async def test_a_second_time_there_is_nothing_and_that_is_fine(running: Service, minji: Caller) -> None:
    await minji.record(a_body())
    first = (await running.admin.ask("DELETE", ERASE)).json()
    second = (await running.admin.ask("DELETE", ERASE)).json()
    assert first["removed"]["backtests"] == 1
    assert second == {"removed": {}, "pseudonymised": {}}


async def test_the_key_is_no_more_and_the_act_names_nobody(running: Service, minji: Caller) -> None:
    await minji.get("/api/v1/backtests")
    await running.admin.ask("DELETE", ERASE)
    assert (await minji.ask("GET", "/api/v1/backtests")).status_code == 401
    trail = await running.admin.get("/api/v1/admin/audit")
    assert USER not in str(trail)
    [act] = [entry for entry in trail["entries"] if entry["action"] == "user_erased"]
    assert act["subject"].startswith("erased-")
    assert act["facts"]["removed"] == ["keys 1"]


async def test_usage_stays_under_the_pseudonym(running: Service, minji: Caller) -> None:
    await minji.post(BUILD, {"request": "GOOG RSI"})
    before = (await running.admin.get("/api/v1/gen-ai/usage?group_by=service"))["total"]
    await running.admin.ask("DELETE", ERASE)
    after = await running.admin.get("/api/v1/gen-ai/usage?group_by=user")
    assert after["total"] == before
    assert [group["user"][:7] for group in after["groups"]] == ["erased-"]


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "order-1"}], ids=["plain", "keyed"])
async def test_a_request_under_way_is_cut_off_and_leaves_nothing(
    running: Service, minji: Caller, headers: dict[str, str]
) -> None:
    model = gated(running, VALID)
    building = asyncio.create_task(minji.ask("POST", BUILD, {"request": f"{MARK} RSI"}, headers=headers))
    async with asyncio.timeout(HEARING_SECONDS):
        await model.reached.wait()
        answer = await running.admin.ask("DELETE", ERASE)
        cut_off = await building
    assert answer.status_code == 200
    assert (cut_off.status_code, cut_off.json()["type"]) == (503, "urn:quantrail:problem:user-being-erased")
    assert cut_off.headers["Retry-After"]
    assert (await running.container.stores().strategies.page(scope=a_scope(USER), limit=5)).items == ()
    rows = (await running.admin.get("/api/v1/gen-ai/usage/entries"))["entries"]
    assert [row["user_id"][:7] for row in rows] == ["erased-"]
    assert (await running.admin.get(VERIFY))["differences"] == []


async def test_an_erasure_that_was_cut_off_ends_after_the_next_start(tmp_path: Path) -> None:
    settings = {"QUANTRAIL_DATABASE_URL": f"sqlite:///{tmp_path / 'quantrail.db'}"}
    order = ErasureOrder(
        scope=a_scope(USER), pseudonym="erased-1", begun_at=MOMENT, by_user_id="root", request_id="req-1"
    )
    async with service(tmp_path, **settings) as first:
        await (await first.user(USER)).record(a_body(notes=MARK))
        await first.container.stores().eraser.begin(order)
        await first.container.stores().eraser.erase(order)
    async with service(tmp_path, **settings) as second:
        async with asyncio.timeout(HEARING_SECONDS):
            while await second.container.stores().eraser.unfinished():  # noqa: ASYNC110  # no event says it
                await asyncio.sleep(0.02)
        acts = (await second.container.stores().audit.page(limit=10)).items
    assert [act.subject for act in acts if act.action is AuditAction.USER_ERASED] == ["erased-1"]
    assert list(holding(tmp_path, [USER, MARK])) == []


async def test_a_user_whom_another_process_erases_is_let_in_here_only_afterwards(tmp_path: Path) -> None:
    shared = f"sqlite:///{tmp_path / 'shared.db'}"
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(service(tmp_path / "1", QUANTRAIL_DATABASE_URL=shared))
        second = await stack.enter_async_context(service(tmp_path / "2", QUANTRAIL_DATABASE_URL=shared))
        minji = Caller(http=second.http, key=(await first.user(USER)).key)
        eraser = first.container.stores().eraser
        order = ErasureOrder(
            scope=a_scope(USER), pseudonym="erased-1", begun_at=MOMENT, by_user_id="root", request_id="req-1"
        )
        await until(minji, 200)
        await eraser.begin(order)
        await until(minji, 503)
        await eraser.finish(order, act=an_audit_entry(entry_id="act-9", action=AuditAction.USER_ERASED))
        await until(minji, 200)


async def until(caller: Caller, status: int) -> None:
    async with asyncio.timeout(HEARING_SECONDS):
        while (await caller.ask("GET", "/api/v1/backtests")).status_code != status:  # noqa: ASYNC110  # no event says it
            await asyncio.sleep(0.05)
