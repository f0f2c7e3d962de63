import json

import pytest

from tests.http.service import Caller, Service, a_body, a_macd_body

PATH = "/api/v1/backtests"


async def test_a_backtest_goes_in_and_is_found_again(minji: Caller) -> None:
    assert await minji.post(PATH, a_body(), 201) == {
        "backtest_id": "bt-2041",
        "status": "stored",
        "indexing": "pending",
    }
    await minji.record(a_macd_body())
    await minji.until_indexed()
    answer = await minji.search("과매도에서 반등을 노리는 전략", top_k=1)
    assert [found["backtest"]["backtest_id"] for found in answer["results"]] == ["bt-2041"]
    assert answer["results"][0]["rank"] == 1
    assert answer["pending"] == 0


async def test_what_comes_out_is_what_went_in(minji: Caller) -> None:
    await minji.record(a_body())
    shown = await minji.get(f"{PATH}/bt-2041")
    sent = a_body()
    assert {name: shown[name] for name in sent if name not in ("metrics", "strategy")} == {
        name: value for name, value in sent.items() if name not in ("metrics", "strategy")
    }
    assert shown["strategy"] == sent["strategy"]
    assert shown["metrics"] | sent["metrics"] == shown["metrics"]
    assert shown["metrics"]["win_rate"] is None
    assert shown["notes"] is None


async def test_the_same_again_is_200_and_other_content_409(minji: Caller) -> None:
    await minji.record(a_body())
    assert (await minji.post(PATH, a_body(), 200))["status"] == "duplicate"
    problem = await minji.post(PATH, a_body(notes="다른 내용"), 409)
    assert problem["type"] == "urn:quantrail:problem:backtest-conflict"
    assert problem["backtest_id"] == "bt-2041"


async def test_two_users_may_use_one_id_and_neither_sees_the_other(minji: Caller, alex: Caller) -> None:
    await minji.record(a_body(notes="민지의 것"))
    await alex.record(a_macd_body(backtest_id="bt-2041", notes="alex's own"))
    await minji.until_indexed()
    await alex.until_indexed()
    assert (await minji.get(f"{PATH}/bt-2041"))["notes"] == "민지의 것"
    assert (await alex.get(f"{PATH}/bt-2041"))["notes"] == "alex's own"
    for query in ("RSI 역추세", "MACD trend", "GOOG AAPL"):
        for caller, own in ((minji, "민지의 것"), (alex, "alex's own")):
            results = (await caller.search(query, top_k=100))["results"]
            assert {found["backtest"]["notes"] for found in results} <= {own}
    assert (await alex.ask("DELETE", f"{PATH}/bt-2041")).status_code == 204
    await minji.get(f"{PATH}/bt-2041")


async def test_what_belongs_to_somebody_else_is_not_found(minji: Caller, alex: Caller) -> None:
    await minji.record(a_body())
    for method in ("GET", "DELETE"):
        answer = await alex.ask(method, f"{PATH}/bt-2041")
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:quantrail:problem:not-found"
    assert (await alex.get(PATH))["backtests"] == []


async def test_every_contradiction_of_a_backtest_is_named(minji: Caller) -> None:
    metrics = {"total_return": -0.1, "win_rate": 1.2, "max_drawdown": -0.1, "trade_count": 0, "profit_factor": 2.0}
    problem = await minji.post(PATH, a_body(start="2014-01-01", metrics=metrics), 422)
    assert {fault["field"] for fault in problem["errors"]} == {
        "start", "metrics.win_rate", "metrics.max_drawdown", "metrics.total_return", "metrics.profit_factor",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "fragment"),
    [
        (b'{"backtest_id": "x",\n  "symbols" ["GOOG"]}', "line 2, column 13"),
        (b'{"backtest_id": "x",\n"metrics": {"total_return": NaN}}', "line 2, column 29"),
        (b'{"backtest_id": 5}', "backtest_id"),
        (b'{"backtest_id": "\xff"}', "UTF-8"),
        (json.dumps(a_body(surprise=1)).encode(), "surprise"),
        (json.dumps(a_body(symbols="GOOG")).encode(), "symbols"),
        (json.dumps(a_body(metrics={"total_return": "0.4"})).encode(), "metrics.total_return"),
        (b"", "body"),
        (b"[" * 100_000, "the body"),
        (b'{"backtest_id": ' + b"[" * 100_000, "backtest_id"),
    ],
)
async def test_what_cannot_be_read_is_400_and_says_where(minji: Caller, body: bytes, fragment: str) -> None:
    headers = {"Authorization": f"Bearer {minji.key}", "Content-Type": "application/json"}
    answer = await minji.http.post(PATH, content=body, headers=headers)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert fragment in answer.json()["detail"]


async def test_the_good_lines_of_a_batch_are_kept_and_the_bad_ones_reported(minji: Caller) -> None:
    lines = [
        json.dumps(a_body(), ensure_ascii=False),
        '{"backtest_id": "bt-broken", ',
        "",
        json.dumps(a_body(backtest_id="bt-impossible", start="2020-01-01")),
        json.dumps(a_macd_body()),
        json.dumps(a_body()),
        json.dumps(a_body(notes="다른 내용")),
    ]
    headers = {"Authorization": f"Bearer {minji.key}", "Content-Type": "application/x-ndjson"}
    answer = (await minji.http.post(f"{PATH}/batch", content="\n".join(lines).encode(), headers=headers)).json()
    assert (answer["accepted"], answer["duplicates"]) == (2, 1)
    assert [(line["line"], line["backtest_id"]) for line in answer["rejected"]] == [
        (2, None), (4, "bt-impossible"), (7, "bt-2041"),
    ]  # fmt: skip
    assert len((await minji.get(PATH))["backtests"]) == 2


async def test_a_batch_may_be_a_json_array(minji: Caller) -> None:
    answer = await minji.post(f"{PATH}/batch", [a_body(), {"backtest_id": "bt-x"}])
    assert answer["accepted"] == 1
    assert answer["rejected"][0]["line"] == 2


async def test_a_list_is_paged_to_its_end_with_nothing_twice(minji: Caller) -> None:
    await minji.post(f"{PATH}/batch", [a_body(backtest_id=f"bt-{i}") for i in range(7)])
    path, seen = f"{PATH}?limit=3", []
    while path:
        page = await minji.get(path)
        seen += [run["backtest_id"] for run in page["backtests"]]
        path = f"{PATH}?limit=3&cursor={page['next_cursor']}" if page["next_cursor"] else ""
    assert seen == [f"bt-{i}" for i in reversed(range(7))]


@pytest.mark.parametrize(
    "query", ["cursor=nonsense", "cursor=dXNhZ2UtZW50cmllcwB4", "limit=0", "limit=abc", "limit=501"]
)
async def test_a_limit_or_cursor_that_cannot_be_is_400(minji: Caller, query: str) -> None:
    problem = await minji.get(f"{PATH}?{query}", 400)
    assert problem["errors"][0]["field"] == query.partition("=")[0]


async def test_filters_are_executed_exactly_and_said(minji: Caller) -> None:
    await minji.record(a_body())
    await minji.record(a_macd_body())
    await minji.until_indexed()
    condition = {"field": "sharpe_ratio", "op": ">=", "value": 0.5}
    answer = await minji.search("아무 전략이나", filters=[condition])
    assert [found["backtest"]["backtest_id"] for found in answer["results"]] == ["bt-2041"]
    assert condition in answer["applied_filters"]


async def test_an_order_is_executed_and_said(minji: Caller) -> None:
    await minji.record(a_body())
    await minji.record(a_macd_body())
    await minji.until_indexed()
    best = await minji.search("샤프가 가장 높은 1개")
    worst = await minji.search("worst sharpe")
    assert [found["backtest"]["backtest_id"] for found in best["results"]] == ["bt-2041"]
    assert [found["backtest"]["backtest_id"] for found in worst["results"]][1:] == ["bt-2041"]
    assert best["applied_order"] == {"field": "sharpe_ratio", "descending": True}
    assert worst["applied_order"] == {"field": "sharpe_ratio", "descending": False}
    assert (await minji.search("아무 전략이나"))["applied_order"] is None


async def test_a_run_that_meets_the_filters_is_found_before_it_is_indexed(running: Service, minji: Caller) -> None:
    await minji.record(a_body())
    conditions = [{"field": "symbols", "op": "in", "value": ["GOOG"]}]
    assert await minji.found("무엇이든", filters=conditions) == ["bt-2041"]
    assert running.container.vectors() is not None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"query": ""}, "query"),
        ({"query": "가" * 5_000}, "query"),
        ({"top_k": 0}, "top_k"),
        ({"top_k": 101}, "top_k"),
        ({"min_similarity": 2}, "min_similarity"),
        ({"filters": [{"field": "sharp", "op": ">", "value": 1}]}, "filters.sharp"),
        ({"filters": [{"field": "sharpe_ratio", "op": ">", "value": "high"}]}, "filters.sharpe_ratio"),
        ({"filters": [{"field": "symbols", "op": "<", "value": "GOOG"}]}, "filters.symbols"),
        ({"filters": [{"field": "start", "op": ">", "value": "yesterday"}]}, "filters.start"),
    ],
)
async def test_a_question_out_of_range_is_422_and_names_the_member(
    minji: Caller, change: dict[str, object], field: str
) -> None:
    problem = await minji.post("/api/v1/backtests/search", {"query": "RSI", **change}, 422)
    assert field in [fault["field"] for fault in problem["errors"]]


async def test_a_deleted_backtest_is_found_no_more(minji: Caller) -> None:
    await minji.record(a_body())
    await minji.until_indexed()
    assert (await minji.ask("DELETE", f"{PATH}/bt-2041")).status_code == 204
    assert await minji.found("RSI 역추세") == []
    await minji.get(f"{PATH}/bt-2041", 404)


async def test_a_backtest_id_may_be_korean_and_hold_signs(minji: Caller) -> None:
    await minji.record(a_body(backtest_id="실험 #7@2026"))
    assert (await minji.get(f"{PATH}/%EC%8B%A4%ED%97%98%20%237@2026"))["backtest_id"] == "실험 #7@2026"
