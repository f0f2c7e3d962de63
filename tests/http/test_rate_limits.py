from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.valkey_server import a_valkey_url
from tests.e2e.hosted import shipped, written
from tests.http.service import Caller, Service, a_body, a_macd_body, service
from tests.http.test_operations import sample

CHAT, BUILD, SEARCH = "/api/v1/chatops/sessions", "/api/v1/strategy-builder", "/api/v1/backtests/search"
COMPARE, REPORTS = "/api/v1/chatops/strategies/compare", "/api/v1/narrative-reports"
A_BUILD = {"request": "GOOG에서 RSI 14가 30 아래면 매수"}
RULES = {"사람마다": {"each": "user", "requests_per_minute": 2}}


def limited(folder: Path, rules: Mapping[str, object]) -> str:
    """The path of the shipped configuration with these rate limits."""
    folder.mkdir(exist_ok=True)
    return written(folder, {**shipped(), "rate_limits": dict(rules)})


async def asks(caller: Caller, path: str, session: str) -> Any:  # noqa: ANN401  # an answer of httpx
    """A question to a model, by whichever path."""
    bodies: dict[str, dict[str, object]] = {
        BUILD: {**A_BUILD},
        f"{BUILD}/generate-with-rag": {**A_BUILD},
        SEARCH: {"query": "RSI 과매도"},
        COMPARE: {"backtest_ids": ["bt-2041", "bt-2042"], "question": "뭐가 나아?"},
        REPORTS: {"backtest_id": "bt-2041"},
        f"{CHAT}/chat": {"question": "RSI 전략은 어땠어?"},
        f"{CHAT}/chat?stream": {"question": "RSI 전략은 어땠어?", "stream": True},
    }
    where = path.partition("?")[0].replace(CHAT + "/chat", f"{CHAT}/{session}/chat")
    return await caller.ask("POST", where, bodies[path])


async def with_runs(running: Service, user: str) -> tuple[Caller, str]:
    """Somebody with two runs, and a session."""
    caller = await running.user(user)
    for body in (a_body(), a_macd_body()):
        await caller.record(body)
    await caller.until_indexed()
    return caller, (await caller.post(CHAT, {}, 201))["session_id"]


@pytest.mark.parametrize(
    "path", [BUILD, f"{BUILD}/generate-with-rag", SEARCH, COMPARE, REPORTS, f"{CHAT}/chat", f"{CHAT}/chat?stream"]
)
async def test_every_path_that_asks_a_model_is_limited_and_says_when_to_come_again(tmp_path: Path, path: str) -> None:
    async with service(tmp_path, QUANTRAIL_CONFIG=limited(tmp_path, {})) as running:
        caller, session = await with_runs(running, "민지")
        another, its_session = await with_runs(running, "준")
        limited(tmp_path, RULES)
        await running.admin.post("/api/v1/admin/reload", None)
        answers = [await asks(caller, path, session) for _ in range(3)]
        refused = answers.pop()
        assert all(answer.is_success for answer in answers), [answer.text for answer in answers]
        assert refused.status_code == 429, refused.text
        assert refused.headers["content-type"] == "application/problem+json"
        problem = refused.json()
        assert problem["type"] == "urn:quantrail:problem:rate-limited"
        assert (problem["rule"], problem["unit"], problem["limit"]) == ("사람마다", "requests_per_minute", 2)
        assert refused.headers["retry-after"] == str(problem["retry_after_seconds"])
        assert 0 < problem["retry_after_seconds"] <= 61
        assert (await asks(another, path, its_session)).is_success


async def test_a_refused_request_costs_nothing_and_is_counted_by_rule(tmp_path: Path) -> None:
    async with service(tmp_path, QUANTRAIL_CONFIG=limited(tmp_path, RULES)) as running:
        minji = await running.user("민지")
        answers = [await asks(minji, BUILD, "") for _ in range(4)]
        assert [answer.is_success for answer in answers] == [True, True, False, False]
        assert (await minji.get("/api/v1/gen-ai/usage"))["total"]["requests"] == 2
        text = (await running.admin.ask("GET", "/metrics")).text
        labels = {"rule": "사람마다", "unit": "requests_per_minute"}
        assert sample(text, "quantrail_rate_limited_calls_total", **labels) == 2


async def test_a_key_is_limited_whomever_it_acts_for_and_a_user_whatever_the_key(tmp_path: Path) -> None:
    rules = {"열쇠마다": {"each": "key", "service": "strategy_builder", "requests_per_minute": 2}}
    async with service(tmp_path, QUANTRAIL_CONFIG=limited(tmp_path, rules)) as running:
        platform = await running.user("platform", "service")
        for user, is_let_in in (("minji", True), ("jun", True), ("alex", False)):
            answer = await platform.ask("POST", BUILD, A_BUILD, headers={"X-User-Id": user})
            assert (answer.status_code != 429) is is_let_in
        assert (await asks(await running.user("alex"), BUILD, "")).is_success


async def test_a_call_that_can_never_fit_is_a_value_that_is_refused(tmp_path: Path) -> None:
    rules = {"작은": {"tokens_per_minute": 100}}
    async with service(tmp_path, QUANTRAIL_CONFIG=limited(tmp_path, rules)) as running:
        minji = await running.user("민지")
        problem = await minji.post(BUILD, A_BUILD, 422)
        assert problem["type"] == "urn:quantrail:problem:call-too-large"
        assert (problem["rule"], problem["limit"]) == ("작은", 100)


async def test_a_reload_changes_the_limits_and_says_so(tmp_path: Path) -> None:
    async with service(tmp_path, QUANTRAIL_CONFIG=limited(tmp_path, RULES)) as running:
        minji = await running.user("민지")
        for _ in range(2):
            assert (await asks(minji, BUILD, "")).is_success
        await minji.post(BUILD, A_BUILD, 429)
        limited(tmp_path, {"사람마다": {"each": "user", "requests_per_minute": 3}})
        changed = (await running.admin.post("/api/v1/admin/reload", None))["changed"]
        assert changed["rate_limits"] == ["사람마다"]
        assert (await asks(minji, BUILD, "")).is_success
        await minji.post(BUILD, A_BUILD, 429)


async def test_processes_that_share_a_valkey_share_the_limits(tmp_path: Path) -> None:
    shared = {"QUANTRAIL_CONFIG": limited(tmp_path, RULES), "QUANTRAIL_VALKEY_URL": a_valkey_url()}
    async with service(tmp_path / "1", **shared) as first, service(tmp_path / "2", **shared) as second:
        here, there = await first.user("민지"), await second.user("민지")
        assert (await asks(here, BUILD, "")).is_success
        assert (await asks(there, BUILD, "")).is_success
        for caller in (here, there):
            problem = await caller.post(BUILD, A_BUILD, 429)
            assert problem["rule"] == "사람마다"
        ready = (await first.http.get("/health/ready")).json()
        assert ready["parts"]["rate_limits"] == {"ready": True, "state": "valkey"}
