from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from domain.errors import ConfigurationError
from tests.e2e.hosted import shipped, written
from tests.http.service import Caller, Service, service

BUDGETS, BUILD = "/api/v1/gen-ai/budgets", "/api/v1/strategy-builder"
IDEA = {"request": "GOOG에서 RSI 14가 30 아래로 내려가면 사고 70 위로 오르면 파는 전략"}
TEAM = "연구팀/하위 팀"
DAILY = "QUANTRAIL_DAILY_TOKENS__GPT_4O_MINI"


def at(rule: str) -> str:
    return f"/api/v1/admin/budgets/{quote(rule, safe='')}"


async def put(caller: Caller, rule: str, status: int = 200, **body: object) -> Any:  # noqa: ANN401  # the path's JSON
    order = {"unit": "usd", "limit": "20", "period": "day"} | body
    answer = await caller.ask("PUT", at(rule), order)
    assert answer.status_code == status, answer.text
    return answer.json()


async def listed(caller: Caller) -> dict[str, Any]:
    return {budget["rule"]: budget for budget in (await caller.get(BUDGETS))["budgets"]}


async def test_a_budget_is_set_shown_and_removed_by_its_korean_name_with_a_slash(running: Service) -> None:
    made = await put(
        running.admin, TEAM, limit="0.25", period="week", timezone="Asia/Seoul", service="chatops", warn_at=[0.9, 0.5]
    )
    told = ("rule", "source", "limit", "left", "period", "timezone", "service", "warn_at")
    assert [made[name] for name in told] == [
        TEAM, "http", "0.25", "0.25", "week", "Asia/Seoul", "chatops", [0.5, 0.9],
    ]  # fmt: skip
    assert (await listed(running.admin))[TEAM] == made
    removed = await running.admin.ask("DELETE", at(TEAM))
    assert (removed.status_code, removed.json()) == (200, {"removed": TEAM, "in_force": None})
    assert TEAM not in await listed(running.admin)
    assert (await running.admin.ask("DELETE", at(TEAM))).status_code == 404


@pytest.mark.parametrize(("limit", "shown"), [("12.50", "12.5"), (12.5, "12.5"), (3, "3"), ("0.000000000001",) * 2])
async def test_a_limit_is_text_or_a_number_and_exact(running: Service, limit: object, shown: str) -> None:
    assert (await put(running.admin, "x", limit=limit))["limit"] == shown


async def test_it_refuses_the_very_next_call_and_lets_it_through_once_it_is_raised(
    running: Service, minji: Caller
) -> None:
    await minji.post(BUILD, IDEA)
    spent = await put(running.admin, "민지", unit="tokens", limit=1, period="day", user_id="민지@quant.kr")
    assert (spent["spent"], spent["left"]) == ("0", "1")
    refused = await minji.post(BUILD, IDEA, 402)
    assert (refused["rule"], refused["limit"]) == ("민지", "1")
    await put(running.admin, "민지", unit="tokens", limit=1_000_000, period="day", user_id="민지@quant.kr")
    await minji.post(BUILD, IDEA)
    own = (await listed(minji))["민지"]
    assert int(own["spent"]) > 0
    lowered = await put(running.admin, "민지", unit="tokens", limit=1, user_id="민지@quant.kr")
    assert (lowered["spent"], lowered["left"]) == (own["spent"], "0")


async def test_a_rule_of_the_file_is_overridden_comes_back_and_is_removed_only_there(running: Service) -> None:
    name = "each_user_monthly"
    assert (await listed(running.admin))[name]["source"] == "file"
    refused = await running.admin.ask("DELETE", at(name))
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:quantrail:problem:rule-stands-elsewhere")
    assert refused.json()["source"] == "file"
    await put(running.admin, name, limit="5", period="month", each_user=True)
    budget = (await listed(running.admin))[name]
    assert (budget["limit"], budget["source"], budget["each_user"]) == ("5", "http", True)
    back = (await running.admin.ask("DELETE", at(name))).json()["in_force"]
    assert (back["limit"], back["source"]) == ("50", "file")
    assert (await listed(running.admin))[name] == back


async def test_what_is_done_to_budgets_is_told_with_who_what_and_when(running: Service) -> None:
    await put(running.admin, TEAM, limit="7")
    await running.admin.ask("DELETE", at(TEAM), headers={"X-Request-Id": "ticket-8"})
    removed, made, *_ = (await running.admin.get("/api/v1/admin/audit"))["entries"]
    assert [(act["action"], act["subject"], act["facts"]["limit"]) for act in (made, removed)] == [
        ("budget_set", TEAM, "7"),
        ("budget_removed", TEAM, "7"),
    ]
    assert (removed["user_id"], removed["request_id"]) == ("admin", "ticket-8")


async def test_only_an_admin_sets_and_removes(running: Service, minji: Caller) -> None:
    platform = await running.user("platform", "service")
    for caller in (minji, platform):
        await put(caller, TEAM, 403)
        assert (await caller.ask("DELETE", at("each_user_monthly"))).status_code == 403


async def test_everything_that_is_wrong_with_a_budget_is_named_at_once(running: Service) -> None:
    before = await listed(running.admin)
    problem = await put(running.admin, "팀;", 422, limit="-1", period="day", model_id="gpt4o", service="chat-ops")
    assert [error["field"] for error in problem["errors"]] == ["rule", "limit", "service", "model_id"]
    assert "did you mean 'gpt-4o'?" in problem["errors"][-1]["message"]
    assert await listed(running.admin) == before


async def test_a_variable_limits_the_tokens_of_a_model_for_everybody(tmp_path: Path) -> None:
    async with service(tmp_path, **{DAILY: "10", "QUANTRAIL_DAILY_TOKENS_TIMEZONE": "Asia/Seoul"}) as running:
        refused = await running.admin.post(BUILD, IDEA, 402)
        assert refused["rule"] == "daily_tokens_gpt-4o-mini"
        budget = (await listed(running.admin))["daily_tokens_gpt-4o-mini"]
        told = ("source", "unit", "limit", "period", "timezone", "model")
        assert [budget[name] for name in told] == ["environment", "tokens", "10", "day", "Asia/Seoul", "gpt-4o-mini"]
        await put(running.admin, "daily_tokens_gpt-4o-mini", unit="tokens", limit=1_000_000)
        await running.admin.post(BUILD, IDEA)
        back = (await running.admin.ask("DELETE", at("daily_tokens_gpt-4o-mini"))).json()["in_force"]
        assert (back["source"], back["limit"]) == ("environment", "10")
        assert (await running.admin.ask("DELETE", at("daily_tokens_gpt-4o-mini"))).json()["source"] == "environment"


async def test_a_variable_stays_over_a_file_that_is_reloaded_and_is_checked_with_it(tmp_path: Path) -> None:
    configuration = shipped()
    configuration["budgets"]["daily_tokens_gpt-4o-mini"] = {"unit": "usd", "limit": "1", "period": "day"}
    path = written(tmp_path, configuration)
    async with service(tmp_path, QUANTRAIL_CONFIG=path, **{DAILY: "500000"}) as running:
        assert (await listed(running.admin))["daily_tokens_gpt-4o-mini"]["source"] == "environment"
        twin = configuration["catalogue"]["models"]["gpt-4o-mini"]
        configuration["catalogue"]["models"]["gpt-4o.mini"] = twin
        written(tmp_path, configuration)
        problem = await running.admin.post("/api/v1/admin/reload", None, 422)
        assert problem["errors"][0]["field"] == DAILY
        assert "gpt-4o-mini, gpt-4o.mini" in problem["errors"][0]["message"]
        assert (await listed(running.admin))["daily_tokens_gpt-4o-mini"]["limit"] == "500000"


async def test_a_variable_that_means_no_model_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'QUANTRAIL_DAILY_TOKENS__GPT_4O'"):
        async with service(tmp_path, QUANTRAIL_DAILY_TOKENS__GPT_40="5"):
            raise AssertionError("it started")


async def test_a_rule_that_a_new_file_makes_impossible_is_told_to_admins_and_not_lost(tmp_path: Path) -> None:
    configuration = shipped()
    async with service(tmp_path, QUANTRAIL_CONFIG=written(tmp_path, configuration)) as running:
        user = await running.user("민지")
        await put(running.admin, TEAM, model_id="o1-preview")
        del configuration["catalogue"]["models"]["o1-preview"]
        written(tmp_path, configuration)
        reloaded = await running.admin.post("/api/v1/admin/reload", None)
        [unfit] = reloaded["not_in_force"]
        assert unfit["field"] == f"budgets[{TEAM!r}]"
        assert "no model 'o1-preview'" in unfit["message"]
        assert TEAM not in await listed(running.admin)
        assert (await running.admin.get(BUDGETS))["not_in_force"] == [unfit]
        assert (await user.get(BUDGETS))["not_in_force"] == []
        await put(running.admin, TEAM, model_id="gpt-4o")
        assert (await running.admin.get(BUDGETS))["not_in_force"] == []
