import asyncio
from pathlib import Path
from typing import Any

import pytest

from domain.identity import UserScope
from tests.builders import a_card
from tests.http.service import Caller, Service, a_body, a_macd_body, service

INDEX = "/api/v1/admin/index"
QUESTIONS = [
    f"{family} {symbol} {words}"
    for family in ("RSI 반등", "MACD 추세", "돌파", "볼린저", "reversion")
    for symbol in ("GOOG", "AAPL", "삼성", "BTC", "")
    for words in ("안정적인", "most profitable", "낙폭이 작은", "손절 없이")
]
NO_DRIFT = {"missing": 0, "surplus": 0, "altered": 0, "strangers": 0}


async def record(user: Caller, count: int = 12, *, first: int = 0) -> None:
    for i in range(first, first + count):
        body = a_body(backtest_id=f"bt-{i}") if i % 2 else a_macd_body(backtest_id=f"bt-{i}")
        strategy = {**body["strategy"], "name": f"{body['strategy']['name']} {i}"}
        await user.record({**body, "strategy": strategy, "symbols": [("GOOG", "AAPL", "005930.KS")[i % 3]]})
    await user.until_indexed()


async def until_built(running: Service, *, seconds: float = 20.0) -> Any:  # noqa: ANN401  # the path's JSON
    async with asyncio.timeout(seconds):
        while True:
            status = await running.admin.get(f"{INDEX}/status")
            if status["building"] is None:
                return status
            await asyncio.sleep(0.05)


def hold(running: Service) -> None:
    """No build comes to its end: somebody without a budget is waited for."""
    running.container.index.build_index().pace.resting["예산이 없는 사람"] = float("inf")


async def test_status_holds_the_index_against_the_archive(running: Service, minji: Caller) -> None:
    await record(minji)
    status = await running.admin.get(f"{INDEX}/status")
    serving = status["serving"]
    assert (serving["space"], serving["model_id"], serving["generation"]) == ("hashed-words", "hashed-words", 1)
    assert (serving["dimensions"], serving["store"], serving["cards"]) == (256, "memory", 12)
    assert status["archive"] == {
        "backtests": 12, "indexed": 12, "pending": 0, "failed": 0, "removals": 0, "users": 1,
    }  # fmt: skip
    assert status["drift"] == {"checked": 12, "sampled": 0, **NO_DRIFT}
    assert (status["building"], status["retired"], status["size_bytes"]) == (None, [], None)
    assert status["named_by_settings"] is True
    assert (await running.admin.get(f"{INDEX}/status?drift=false"))["drift"] is None


async def test_a_rebuild_leaves_the_answers_to_a_hundred_questions_as_they_were(
    running: Service, minji: Caller
) -> None:
    await record(minji)
    before = [await minji.found(question, top_k=5) for question in QUESTIONS]
    build = await running.admin.post(f"{INDEX}/rebuild", None, 202)
    assert (build["space"], build["reason"], build["store"]) == ("hashed-words#2", "rebuild", "memory")
    status = await until_built(running)
    assert (status["serving"]["space"], status["serving"]["cards"]) == ("hashed-words#2", 12)
    assert [space["space"] for space in status["retired"]] == ["hashed-words"]
    assert [await minji.found(question, top_k=5) for question in QUESTIONS] == before
    assert len(before) == 100
    assert any(before)


async def test_a_migration_while_questions_are_asked_leaves_none_without_its_answer(
    running: Service, minji: Caller
) -> None:
    await record(minji)
    before = {question: await minji.found(question, top_k=5) for question in QUESTIONS[:10]}
    build = await running.admin.post(f"{INDEX}/migrate", {"store": "chroma"}, 202)
    assert (build["reason"], build["store"], build["space"]) == ("migration", "chroma", "hashed-words#2")
    asking = asyncio.create_task(until_built(running))
    while not asking.done():
        for question, found in before.items():
            assert await minji.found(question, top_k=5) == found
    status = await asking
    assert (status["serving"]["store"], status["serving"]["cards"]) == ("chroma", 12)
    assert status["named_by_settings"] is False
    assert status["size_bytes"] > 0
    await record(minji, 2, first=12)
    assert (await running.admin.get(f"{INDEX}/status"))["serving"]["cards"] == 14


async def test_one_build_at_a_time_and_the_same_again_is_the_same(running: Service, minji: Caller) -> None:
    await record(minji)
    hold(running)
    first = await running.admin.post(f"{INDEX}/rebuild", None, 202)
    again = await running.admin.post(f"{INDEX}/rebuild", None, 202)
    assert again["space"] == first["space"]
    busy = await running.admin.post(f"{INDEX}/migrate", {"store": "chroma"}, 409)
    assert (busy["type"].rpartition(":")[2], busy["space"], busy["reason"]) == ("index-busy", first["space"], "rebuild")


async def test_a_build_that_is_stopped_leaves_what_answers(running: Service, minji: Caller) -> None:
    await record(minji)
    hold(running)
    build = await running.admin.post(f"{INDEX}/rebuild", None, 202)
    stopped = await running.admin.ask("DELETE", f"{INDEX}/build")
    assert (stopped.status_code, stopped.json()["space"]) == (200, build["space"])
    status = await until_built(running)
    assert (status["serving"]["space"], status["serving"]["cards"]) == ("hashed-words", 12)
    actions = [(act["action"], act["subject"]) for act in (await running.admin.get("/api/v1/admin/audit"))["entries"]]
    assert actions[:2] == [("index_build_stopped", build["space"]), ("index_build_started", build["space"])]


async def test_verify_finds_nothing_where_nothing_is_wrong(running: Service, minji: Caller, alex: Caller) -> None:
    await record(minji)
    await record(alex, 3)
    found = await running.admin.post(f"{INDEX}/verify", {"sample": 5})
    assert found["drift"] == {"checked": 15, "sampled": 8, **NO_DRIFT}
    assert (found["users"], found["repaired"], found["space"]) == ([], False, "hashed-words")


async def spoil(running: Service, user_id: str) -> tuple[str, str]:
    """One card of the user is taken out and one has another vector; one of nobody's is put in."""
    vectors, scope = running.container.vector_stores(), UserScope(user_id=user_id)
    missing, altered, *_ = sorted(await vectors.card_ids(scope=scope, space="hashed-words"))
    await vectors.delete([missing], scope=scope, space="hashed-words")
    numbers = [1.0, *[0.0] * 255]
    await vectors.upsert([a_card(altered, numbers), a_card("surplus", numbers)], scope=scope, space="hashed-words")
    return missing, altered


async def test_verify_names_what_differs_and_mends_it_where_it_is_told_to(running: Service, minji: Caller) -> None:
    await record(minji)
    missing, altered = await spoil(running, "민지@quant.kr")
    found = await running.admin.post(f"{INDEX}/verify", {"sample": 20})
    assert found["drift"] == {
        "checked": 13, "sampled": 11, "missing": 1, "surplus": 1, "altered": 1, "strangers": 0,
    }  # fmt: skip
    [user] = found["users"]
    assert user == {"user_id": "민지@quant.kr", "missing": [missing], "surplus": ["surplus"], "altered": [altered]}
    assert found["repaired"] is False
    status = await running.admin.get(f"{INDEX}/status")
    assert (status["drift"]["missing"], status["drift"]["surplus"]) == (1, 1)
    assert (await running.admin.post(f"{INDEX}/verify", {"sample": 20, "repair": True}))["repaired"] is True
    await minji.until_indexed()
    await _until_sound(running)
    [act, *_] = (await running.admin.get("/api/v1/admin/audit"))["entries"]
    assert (act["action"], act["facts"]) == ("index_repaired", {"missing": "1", "surplus": "1", "altered": "1"})


async def _until_sound(running: Service, *, seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while True:
            drift = (await running.admin.post(f"{INDEX}/verify", {"sample": 20}))["drift"]
            if drift["missing"] == drift["surplus"] == drift["altered"] == 0:
                return
            await asyncio.sleep(0.05)


async def test_cards_of_somebody_whom_the_archive_does_not_know_are_counted_and_left_behind_by_a_rebuild(
    running: Service, minji: Caller
) -> None:
    await record(minji, 3)
    stranger = UserScope(user_id="아무도")
    await running.container.vector_stores().upsert([a_card("x", [1.0] * 256)], scope=stranger, space="hashed-words")
    found = await running.admin.post(f"{INDEX}/verify", {"repair": True})
    assert (found["drift"]["strangers"], found["repaired"]) == (1, False)
    await running.admin.post(f"{INDEX}/rebuild", None, 202)
    assert (await until_built(running))["drift"]["strangers"] == 0


async def test_readiness_says_what_answers_and_what_is_being_built(running: Service, minji: Caller) -> None:
    await record(minji, 1)
    ready = (await running.http.get("/health/ready")).json()["parts"]["index"]
    assert ready == {"ready": True, "state": "hashed-words answers"}
    hold(running)
    await running.admin.post(f"{INDEX}/rebuild", None, 202)
    await running.container.spaces().look()
    ready = (await running.http.get("/health/ready")).json()["parts"]["index"]
    assert ready["state"] == "hashed-words answers; hashed-words#2 is being built (rebuild)"


@pytest.mark.parametrize(
    ("changes", "serving"),
    [({}, "hashed-words"), ({"QUANTRAIL_VECTOR_STORE": "memory"}, "hashed-words#2")],
    ids=["same", "another"],
)
async def test_a_start_with_another_store_builds_there_and_says_what_it_left(
    tmp_path: Path, changes: dict[str, str], serving: str
) -> None:
    there = {"QUANTRAIL_VECTOR_STORE": "chroma", "QUANTRAIL_DATABASE_URL": f"sqlite:///{tmp_path}/q.db"}
    async with service(tmp_path, **there) as first:
        minji = await first.user("민지")
        await record(minji, 4)
    async with service(tmp_path, **{**there, **changes}) as again:
        state = again.container.spaces().held
        assert state.serving is not None
        assert (state.serving.name, len(state.retired)) == (serving, len(changes))
        assert "hashed-words" in (await again.http.get("/health/ready")).json()["parts"]["index"]["state"]
