from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.e2e.hosted import shipped, written
from tests.http.service import Caller, Service, service
from tests.http.test_operations import sample

DIFF, APPLY, MODELS = "/api/v1/admin/prices/diff", "/api/v1/admin/prices/apply", "/api/v1/gen-ai/models"
BUILD, ENTRIES = "/api/v1/strategy-builder", "/api/v1/gen-ai/usage/entries"
IDEA = {"request": "GOOG에서 RSI 14가 30 아래로 내려가면 사고 70 위로 오르면 파는 전략"}


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def configured(folder: Path, *, version: str = "2026-11-09", **dollars: str) -> dict[str, str]:
    """The shipped configuration with other input prices, by model with `_` for other characters."""
    configuration = shipped()
    configuration["catalogue"]["version"] = version
    for model_id, model in configuration["catalogue"]["models"].items():
        price = dollars.get(model_id.replace("-", "_"))
        if price is not None:
            model["prices"][0]["input_usd_per_mtok"] = price
    return {"QUANTRAIL_CONFIG": written(folder, configuration)}


async def price_of(caller: Caller, model_id: str) -> tuple[str, str]:
    models = (await caller.get(MODELS))["models"]
    [found] = [model for model in models if model["model_id"] == model_id]
    return found["input_price_per_1m"], found["prices_valid_from"]


async def test_the_shipped_prices_are_those_of_the_data_set(running: Service) -> None:
    review = await running.admin.get(DIFF)
    assert (review["changes"], review["applied"], review["unknown"], review["unusable"]) == ([], False, [], {})
    assert "gpt-4o-mini" in review["compared"]
    assert "smollm2-135m-instruct" in review["free"]


async def test_prices_are_taken_from_today_and_old_rows_keep_theirs(tmp_path: Path) -> None:
    async with service(tmp_path, **configured(tmp_path, gpt_4o_mini="0.20")) as running:
        await running.admin.post(BUILD, IDEA)
        [before] = (await running.admin.get(ENTRIES))["entries"]
        version = (await running.admin.get(MODELS))["catalogue_version"]
        review = await running.admin.get(DIFF)
        [change] = review["changes"]
        assert change == {
            "model_id": "gpt-4o-mini", "bucket": "input_usd_per_mtok", "valid_from": today(), "current": "0.2",
            "new": "0.15", "needs_accept": False,
        }  # fmt: skip
        assert await price_of(running.admin, "gpt-4o-mini") == ("0.2", "2024-07-18")
        assert await running.admin.post(APPLY, {}) == review | {"applied": True}
        assert await price_of(running.admin, "gpt-4o-mini") == ("0.15", today())
        assert (await running.admin.get(MODELS))["catalogue_version"] != version
        assert (await running.admin.get(DIFF))["changes"] == []
        await running.admin.post(BUILD, IDEA)
        after, same = (await running.admin.get(ENTRIES))["entries"]
        assert same == before
        assert today() in after["price_version"]
        assert after["price_version"] != before["price_version"]


async def test_a_change_of_more_than_three_times_is_named_and_taken_only_where_it_is_accepted(tmp_path: Path) -> None:
    async with service(tmp_path, **configured(tmp_path, gpt_4o_mini="0.46", gpt_4o="3")) as running:
        changes = (await running.admin.get(DIFF))["changes"]
        assert {c["model_id"]: c["needs_accept"] for c in changes} == {"gpt-4o-mini": True, "gpt-4o": False}
        problem = await running.admin.post(APPLY, {"accept": False}, 409)
        assert problem["type"] == "urn:quantrail:problem:steep-price-change"
        assert problem["errors"] == [
            {"field": "gpt-4o-mini.input_usd_per_mtok", "message": "0.46 to 0.15 USD per million tokens"}
        ]
        assert (await price_of(running.admin, "gpt-4o"))[0] == "3"
        only = await running.admin.post(APPLY, {"models": ["gpt-4o"]})
        assert (only["compared"], len(only["changes"])) == (["gpt-4o"], 1)
        await running.admin.post(APPLY, {"accept": True})
        assert [(await price_of(running.admin, name))[0] for name in ("gpt-4o", "gpt-4o-mini")] == ["2.5", "0.15"]
        acts = [act for act in (await running.admin.get("/api/v1/admin/audit"))["entries"] if "prices" in act["action"]]
        assert [len(act["facts"]["changes"]) for act in acts] == [1, 1]


async def test_a_reload_keeps_what_was_taken_until_the_file_says_something_newer(tmp_path: Path) -> None:
    async with service(tmp_path, **configured(tmp_path, gpt_4o_mini="0.20")) as running:
        await running.admin.post(APPLY, {})
        configured(tmp_path, gpt_4o_mini="0.25")
        await running.admin.post("/api/v1/admin/reload", None)
        assert await price_of(running.admin, "gpt-4o-mini") == ("0.15", today())
        configuration = shipped()
        prices = configuration["catalogue"]["models"]["gpt-4o-mini"]["prices"]
        prices.append(prices[0] | {"valid_from": datetime.now(UTC).date(), "input_usd_per_mtok": "0.30"})
        written(tmp_path, configuration)
        await running.admin.post("/api/v1/admin/reload", None)
        assert await price_of(running.admin, "gpt-4o-mini") == ("0.3", today())


async def test_what_cannot_be_taken_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    configuration: Any = shipped()
    models = configuration["catalogue"]["models"]
    models["우리 것".encode().hex()] = models["gpt-4.1"] | {"provider": "openai"}
    models["deepseek-chat"] = models["gpt-4.1"] | {"provider": "deepseek"}
    async with service(tmp_path, QUANTRAIL_CONFIG=written(tmp_path, configuration)) as running:
        review = await running.admin.post(APPLY, {})
        assert review["unknown"] == ["우리 것".encode().hex()]
        assert review["unusable"] == {"deepseek-chat": "its price depends on the time of day"}
        assert review["changes"] == []


async def test_how_old_a_price_is_stands_among_the_figures_and_a_comparison_confirms_it(tmp_path: Path) -> None:
    reviewed = (datetime.now(UTC) - timedelta(days=40)).date().isoformat()
    async with service(tmp_path, **configured(tmp_path, version=reviewed)) as running:
        text = (await running.http.get("/metrics")).text
        assert sample(text, "quantrail_price_age_days", model="gpt-4o") == 40
        assert 'model="smollm2-135m-instruct"' not in text.partition("quantrail_price_age_days")[2]
        await running.admin.post(APPLY, {"models": ["gpt-4o"]})
        text = (await running.http.get("/metrics")).text
        assert sample(text, "quantrail_price_age_days", model="gpt-4o") == 0
        assert sample(text, "quantrail_price_age_days", model="gpt-4.1") == 40


async def test_prices_are_for_admins_only(running: Service, minji: Caller) -> None:
    platform = await running.user("platform", "service")
    for caller in (minji, platform):
        await caller.get(DIFF, 403)
        await caller.post(APPLY, {"accept": True}, 403)
