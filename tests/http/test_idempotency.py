"""The same request under the same key: answered once, paid for once."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from dependency_injector import providers

from adapters.system.clock import SystemClock
from application.ports.answer_book import KEPT_FOR, Claim, KeyedRequest
from application.use_cases.forget_answers import BATCH as FORGOTTEN_AT_ONCE
from domain.identity import UserScope
from domain.policy import ServicePolicies
from entrypoints.container import Container
from entrypoints.http.app import create_app
from tests.contracts.sql_engines import a_postgresql_at_head, a_sqlite_at_head
from tests.http.gated import Client, gated
from tests.http.idempotent import (
    BUILD,
    COMPARE,
    IDEA,
    KEYED,
    OTHER_IDEA,
    REPORTS,
    SEARCH,
    SESSIONS,
    acting,
    another_process,
    build,
    problem,
    replayed,
    rows,
)
from tests.http.service import Caller, Service, a_body, a_macd_body, service
from tests.http.test_conversations import script
from tests.http.test_strategies import VALID


class MovableClock(SystemClock):
    """The machine's clock, a while later."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


@pytest.fixture
async def at_any_time(tmp_path: Path) -> AsyncIterator[tuple[Service, MovableClock]]:
    """A service whose time can be moved."""
    clock = MovableClock()
    with Container.clock.override(providers.Object(clock)):
        async with service(tmp_path) as started:
            yield started, clock


async def test_the_first_answer_comes_again_and_nothing_is_paid_a_second_time(running: Service, minji: Caller) -> None:
    model = script(running, VALID)
    first = await build(minji)
    again = [await build(minji) for _ in range(5)]
    assert first.status_code == 200
    assert not replayed(first)
    assert all(replayed(answer) for answer in again)
    assert {(answer.status_code, answer.content) for answer in again} == {(200, first.content)}
    assert {answer.headers["content-type"] for answer in again} == {first.headers["content-type"]}
    assert len({answer.headers["x-request-id"] for answer in (first, *again)}) == 6
    assert len(model.asked) == 1
    (row,) = await rows(minji)
    assert (row["operation_id"], row["attempt"]) == (first.json()["generation"]["operation_id"], 1)
    assert row["request_id"] == first.headers["x-request-id"]
    assert len((await minji.get("/api/v1/strategies"))["strategies"]) == 1


async def test_without_a_key_every_request_is_one_of_its_own(running: Service, minji: Caller) -> None:
    model = script(running, VALID, VALID)
    answers = [await minji.post(BUILD, IDEA) for _ in range(2)]
    assert answers[0]["strategy_id"] != answers[1]["strategy_id"]
    assert len(model.asked) == 2


async def test_every_paid_path_answers_once(minji: Caller) -> None:
    for run in (a_body(), a_macd_body()):
        await minji.record(run)
    await minji.until_indexed()
    session_id = (await minji.post(SESSIONS, {}, 201))["session_id"]
    orders: dict[str, object] = {
        BUILD: IDEA,
        f"{BUILD}/generate-with-rag": IDEA,
        REPORTS: {"backtest_id": "bt-2041"},
        SEARCH: {"query": "조용한 장에서 반등을 노리는 매매"},
        COMPARE: {"backtest_ids": ["bt-2041", "bt-2042"], "question": "가장 안정적인 전략은?"},
        f"{SESSIONS}/{session_id}/chat": {"question": "RSI 전략은 어땠어?"},
    }
    for number, (path, body) in enumerate(orders.items()):
        keyed = {"Idempotency-Key": f"주문-{number}".encode().hex()}
        before = len(await rows(minji))
        first = await minji.ask("POST", path, body, headers=keyed)
        paid = len(await rows(minji))
        again = await minji.ask("POST", path, body, headers=keyed)
        assert first.status_code == 200, first.text
        assert (again.content, replayed(again), paid > before) == (first.content, True, True), path
        assert len(await rows(minji)) == paid
    assert len((await minji.get(f"{SESSIONS}/{session_id}"))["turns"]) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (BUILD, OTHER_IDEA),
        (BUILD, IDEA | {"language": "ko"}),
        (f"{BUILD}/generate-with-rag", IDEA),
        (SEARCH, {"query": "RSI"}),
    ],
    ids=["another idea", "a member more", "another path", "another path and body"],
)
async def test_another_request_under_the_same_key_is_a_conflict(
    running: Service, minji: Caller, path: str, body: object
) -> None:
    model = script(running, VALID)
    first = await build(minji)
    answer = await minji.ask("POST", path, body, headers=KEYED)
    assert problem(answer) == (409, "idempotency-key-reused")
    assert answer.json()["idempotency_key"] == KEYED["Idempotency-Key"]
    assert "retry-after" not in answer.headers
    assert (await build(minji)).content == first.content
    assert len(model.asked) == len(await rows(minji)) == 1


async def test_the_same_json_in_other_bytes_is_another_body(running: Service, minji: Caller) -> None:
    script(running, VALID)
    await build(minji)
    headers = KEYED | {"Authorization": f"Bearer {minji.key}"}
    answer = await minji.http.post(BUILD, content=httpx.Request("POST", "/", json=IDEA).content + b" ", headers=headers)
    assert problem(answer) == (409, "idempotency-key-reused")


async def test_what_stands_around_the_body_makes_another_request_too(running: Service, minji: Caller) -> None:
    script(running, VALID)
    await build(minji)
    for path, headers in (
        (f"{BUILD}?language=ko", {}),
        (BUILD, {"X-Quantrail-Service": "chatops"}),
    ):
        answer = await minji.ask("POST", path, IDEA, headers=KEYED | headers)
        assert problem(answer) == (409, "idempotency-key-reused")
    assert replayed(await minji.ask("POST", BUILD, IDEA, headers=KEYED | {"X-Request-Id": "mine", "Accept": "*/*"}))


@pytest.mark.parametrize("key", ["1", "k" * 255, '"quoted"', "".join(map(chr, range(0x21, 0x7F)))])
async def test_every_visible_character_may_be_in_a_key(running: Service, minji: Caller, key: str) -> None:
    script(running, VALID)
    answers = [await build(minji, key=key) for _ in range(2)]
    assert [(answer.status_code, replayed(answer)) for answer in answers] == [(200, False), (200, True)]


async def test_the_keys_of_two_users_never_meet(running: Service, minji: Caller, alex: Caller) -> None:
    script(running, VALID, VALID, VALID)
    operator = await running.user("backend@quant.kr", "service")
    mine, hers = await build(minji), await build(alex)
    theirs = await acting(operator, "지후@quant.kr")
    answers = (mine, hers, theirs)
    assert not any(map(replayed, answers))
    assert len({answer.json()["strategy_id"] for answer in answers}) == 3


async def test_a_platform_that_acts_for_a_user_and_the_user_share_their_keys(running: Service, minji: Caller) -> None:
    script(running, VALID)
    platform = await running.user("backend@quant.kr", "service")
    first = await build(minji)
    again = await acting(platform, "민지@quant.kr")
    assert (again.content, replayed(again)) == (first.content, True)


async def test_a_credential_that_may_do_less_does_not_read_what_another_one_was_told(
    running: Service, minji: Caller
) -> None:
    script(running, VALID)
    narrow = await running.user("민지@quant.kr", services=["chatops"])
    await build(minji)
    assert problem(await build(narrow)) == (409, "idempotency-key-reused")


async def test_a_revoked_key_is_refused_and_gets_no_replay(running: Service) -> None:
    script(running, VALID)
    issued = await running.admin.post("/api/v1/admin/keys", {"user_id": "민지@quant.kr", "roles": ["user"]}, 201)
    minji = Caller(http=running.http, key=issued["key"])
    assert (await build(minji)).status_code == 200
    assert (await running.admin.ask("DELETE", f"/api/v1/admin/keys/{issued['key_id']}")).is_success
    assert problem(await build(minji)) == (401, "unauthenticated")


async def test_who_may_not_act_for_another_gets_no_replay_of_theirs(
    running: Service, minji: Caller, alex: Caller
) -> None:
    script(running, VALID)
    await build(minji)
    assert problem(await acting(alex, "민지@quant.kr")) == (403, "role-required")


async def test_fifty_at_the_same_instant_are_one_call(running: Service, minji: Caller) -> None:
    model = gated(running, VALID)
    asked = [asyncio.create_task(build(minji)) for _ in range(50)]
    await model.reached.wait()
    model.gate.set()
    answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert sum(map(replayed, answers)) == 49
    assert len(model.asked) == len(await rows(minji)) == 1


async def test_another_body_at_the_same_instant_is_a_conflict_at_once(running: Service, minji: Caller) -> None:
    model = gated(running, VALID)
    first = asyncio.create_task(build(minji))
    await model.reached.wait()
    assert problem(await build(minji, OTHER_IDEA)) == (409, "idempotency-key-reused")
    model.gate.set()
    assert (await first).status_code == 200


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_after_a_restart_the_first_answer_comes_again(tmp_path: Path, engine: str) -> None:
    url = await (a_postgresql_at_head() if engine == "postgresql" else a_sqlite_at_head(tmp_path))
    async with service(tmp_path, QUANTRAIL_DATABASE_URL=url) as running:
        script(running, VALID)
        minji = await running.user("민지@quant.kr")
        first = await build(minji)
    async with service(tmp_path, QUANTRAIL_DATABASE_URL=url) as running:
        model = script(running)
        returned = Caller(http=running.http, key=minji.key)
        again = await build(returned)
        assert (again.content, replayed(again), model.asked) == (first.content, True, [])
        assert len(await rows(returned)) == 1
        assert problem(await build(returned, OTHER_IDEA)) == (409, "idempotency-key-reused")


async def test_two_processes_on_one_database_make_one_call_of_many_at_the_same_instant(tmp_path: Path) -> None:
    url = await a_postgresql_at_head()
    async with (
        service(tmp_path / "one", QUANTRAIL_DATABASE_URL=url) as one,
        service(tmp_path / "other", QUANTRAIL_DATABASE_URL=url) as other,
    ):
        models = [script(one, VALID), script(other, VALID)]
        here = await one.user("민지@quant.kr")
        there = Caller(http=other.http, key=here.key)
        answers = await asyncio.gather(*(build(caller) for _ in range(25) for caller in (here, there)))
        assert {answer.status_code for answer in answers} == {200}, [answer.text for answer in answers]
        assert len({answer.content for answer in answers}) == 1
        assert sum(map(replayed, answers)) == 49
        assert sum(len(model.asked) for model in models) == len(await rows(here)) == 1


async def test_a_day_later_the_key_is_free(at_any_time: tuple[Service, MovableClock]) -> None:
    running, clock = at_any_time
    script(running, VALID, VALID)
    minji = await running.user("민지@quant.kr")
    first = await build(minji)
    clock.ahead = KEPT_FOR - timedelta(minutes=1)
    assert replayed(await build(minji))
    clock.ahead = KEPT_FOR
    later = await build(minji, OTHER_IDEA)
    assert (later.status_code, replayed(later)) == (200, False)
    assert later.json()["strategy_id"] != first.json()["strategy_id"]


async def test_what_a_crash_left_is_taken_over_once_its_lease_is_over(
    at_any_time: tuple[Service, MovableClock],
) -> None:
    running, clock = at_any_time
    minji = await running.user("민지@quant.kr")
    model = gated(running, VALID)
    doomed = Client(create_app(running.container), minji, path=BUILD, body=IDEA, headers=KEYED)
    await model.reached.wait()
    # Another process over the same stores: what it sees is what a crash leaves.
    running.container.answering_once.reset()
    second = script(running, VALID)
    heir = Caller(http=another_process(running.container), key=minji.key)
    clock.ahead = timedelta(
        seconds=running.container.governance().current().policies.of("strategy_builder").timeout_seconds
    )
    assert await running.container.ledger_use.settle_overdue_calls()() == 0
    clock.ahead += timedelta(seconds=60)
    assert await running.container.ledger_use.settle_overdue_calls()() == 1
    answer = await build(heir)
    await heir.http.aclose()
    assert (answer.status_code, replayed(answer), len(second.asked)) == (200, False, 1)
    assert sorted(row["status"] for row in await rows(minji)) == ["settled", "unknown"]
    model.gate.set()
    await doomed.served
    assert (await build(minji)).content == answer.content


async def test_who_waits_longer_than_the_deadline_is_told_to_come_back(running: Service, minji: Caller) -> None:
    model = gated(running, VALID)
    first = asyncio.create_task(build(minji))
    await model.reached.wait()
    held = running.container.governance()
    rules = held.current()
    held.replace(replace(rules, policies=hasty(rules.policies)))
    answer = await build(minji)
    assert problem(answer) == (409, "request-in-progress")
    assert answer.headers["retry-after"] == "5"
    model.gate.set()
    assert (await first).status_code == 200
    assert (await build(minji)).content == (await first).content


def hasty(policies: ServicePolicies) -> ServicePolicies:
    return ServicePolicies(policies=tuple(replace(policy, timeout_seconds=0.01) for policy in policies.policies))


async def test_what_has_expired_is_removed_in_the_background(tmp_path: Path) -> None:
    url = await a_sqlite_at_head(tmp_path)
    async with service(tmp_path, QUANTRAIL_DATABASE_URL=url) as running:
        book = running.container.stores().answers
        now = running.container.clock().now()
        for number in range(FORGOTTEN_AT_ONCE + 1):
            request = KeyedRequest(scope=UserScope(user_id="민지"), key=f"old-{number}", fingerprint="f")
            at = now - KEPT_FOR
            await book.claim(Claim(request=request, claim_id=f"c-{number}", at=at, lease_ends_at=at))
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
        assert lines_in(file) == FORGOTTEN_AT_ONCE + 1
        async with service(tmp_path, QUANTRAIL_DATABASE_URL=url), asyncio.timeout(10):
            while lines_in(file):  # noqa: ASYNC110  # no event says it
                await asyncio.sleep(0.02)


def lines_in(file: sqlite3.Connection) -> int:
    return int(file.execute("SELECT count(*) FROM first_answers").fetchone()[0])
