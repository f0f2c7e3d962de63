import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.hosted import shipped, written
from tests.http.service import Caller, Service, service

ENTRIES, BUILD, RELOAD = "/api/v1/gen-ai/usage/entries", "/api/v1/strategy-builder", "/api/v1/admin/reload"
SESSIONS, SEARCH = "/api/v1/chatops/sessions", "/api/v1/backtests/search"
IDEA = "GOOG에서 RSI 14가 30 아래로 내려가면 사고 70 위로 오르면 파는 전략"
Json = Any


def a_configuration(folder: Path, *, store: bool) -> str:
    configuration = shipped()
    configuration["retention"]["store_bodies"] = store
    return written(folder, configuration)


@pytest.fixture
async def storing(tmp_path: Path) -> AsyncIterator[Service]:
    async with service(tmp_path, QUANTRAIL_CONFIG=a_configuration(tmp_path, store=True)) as started:
        yield started


async def newest(caller: Caller, query: str = "") -> Json:
    return (await caller.get(f"{ENTRIES}?limit=1{query}"))["entries"][0]


async def body_of(caller: Caller, entry: Json) -> Json:
    """The words of a row, once they are stored."""
    path = f"{ENTRIES}/{entry['entry_id']}/body"
    async with asyncio.timeout(10):
        while (answer := await caller.ask("GET", path)).status_code == 404:  # noqa: ASYNC110  # no event says it
            await asyncio.sleep(0.01)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_prompt_and_answer_of_a_row_are_shown_where_they_are_kept(storing: Service) -> None:
    minji = await storing.user("민지@quant.kr")
    await minji.post(BUILD, {"request": IDEA})
    entry = await newest(minji)
    body = await body_of(minji, entry)
    assert {name: body[name] for name in ("entry_id", "operation_id", "user_id", "at")} == {
        name: entry[name] for name in ("entry_id", "operation_id", "user_id", "at")
    }
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert IDEA in body["messages"][-1]["text"]
    assert body["answer"]
    assert await body_of(storing.admin, entry) == body


async def test_a_streamed_answer_is_kept_whole(storing: Service) -> None:
    minji = await storing.user("민지@quant.kr")
    session = (await minji.post(SESSIONS, {}, 201))["session_id"]
    question = {"question": "RSI 전략은 무엇인가요?", "stream": True}
    assert (await minji.ask("POST", f"{SESSIONS}/{session}/chat", question)).status_code == 200
    body = await body_of(minji, await newest(minji, "&service=chatops"))
    assert "강할 때 사고 약할 때 팝니다" in body["answer"]


async def test_a_body_is_its_users_and_nobody_elses(storing: Service) -> None:
    minji, alex = await storing.user("민지@quant.kr"), await storing.user("alex@quant.io")
    platform = await storing.user("platform", "service")
    await minji.post(BUILD, {"request": IDEA})
    entry = await newest(minji)
    await body_of(minji, entry)
    path = f"{ENTRIES}/{entry['entry_id']}/body"
    for stranger in (alex, platform):
        await stranger.get(path, 404)
    acting = await platform.ask("GET", path, headers={"X-User-Id": "alex@quant.io"})
    assert acting.status_code == 404
    nobody = await minji.get(f"{ENTRIES}/no-such-row/body", 404)
    assert (nobody["type"], nobody["kind"]) == ("urn:quantrail:problem:not-found", "body")


async def test_a_row_of_an_embedding_has_no_body(storing: Service) -> None:
    minji = await storing.user("민지@quant.kr")
    await minji.post(SEARCH, {"query": "안정적인 전략"})
    await minji.post(BUILD, {"request": IDEA})
    await body_of(minji, await newest(minji, "&service=strategy_builder"))
    await minji.get(f"{ENTRIES}/{(await newest(minji, '&service=memory'))['entry_id']}/body", 404)


async def test_nothing_is_kept_by_itself_and_a_reload_changes_that_from_then_on(tmp_path: Path) -> None:
    async with service(tmp_path, QUANTRAIL_CONFIG=a_configuration(tmp_path, store=False)) as running:
        minji = await running.user("민지@quant.kr")
        await minji.post(BUILD, {"request": IDEA})
        first = await newest(minji)
        a_configuration(tmp_path, store=True)
        reloaded = await running.admin.post(RELOAD, None)
        assert reloaded["changed"] == {"retention": ["store_bodies"]}
        await minji.post(BUILD, {"request": IDEA})
        assert (await body_of(minji, await newest(minji)))["answer"]
        await minji.get(f"{ENTRIES}/{first['entry_id']}/body", 404)


async def test_what_waits_at_the_end_of_the_service_is_stored(tmp_path: Path) -> None:
    async with service(tmp_path, QUANTRAIL_CONFIG=a_configuration(tmp_path, store=True)) as running:
        minji = await running.user("민지@quant.kr")
        await minji.post(BUILD, {"request": IDEA})
        entry = await newest(minji)
        store = running.container.stores().bodies
    assert IDEA in (await store.get(entry["entry_id"], scope=None)).messages[-1].text
