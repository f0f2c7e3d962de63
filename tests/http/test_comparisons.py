import json

import pytest

from adapters.memory.chat_model import ScriptedChatModel
from tests.http.service import Caller, Service, a_body, a_macd_body

PATH = "/api/v1/chatops/strategies/compare"
BOTH = ["bt-2041", "bt-2042"]


def script(running: Service, *answers: str) -> ScriptedChatModel:
    model = ScriptedChatModel(*answers)
    running.container.model_providers().chat["openai"] = model
    return model


def commentary(text: str) -> str:
    return json.dumps({"commentary": text}, ensure_ascii=False)


@pytest.fixture
async def researcher(minji: Caller) -> Caller:
    await minji.record(a_body())
    await minji.record(a_macd_body())
    return minji


async def test_two_runs_are_compared_ranked_and_told(running: Service, researcher: Caller) -> None:
    model = script(running, commentary("bt-2041의 샤프는 0.61로 더 높습니다. bt-2042의 낙폭은 40.0%입니다."))
    answer = await researcher.post(PATH, {"backtest_ids": BOTH, "question": "가장 안정적인 전략은?"})
    assert [column["backtest_id"] for column in answer["table"]["columns"]] == BOTH
    row = answer["table"]["rows"][0]
    assert (row["metric"], row["label"], row["first"]) == ("max_drawdown", "최대낙폭", "lower")
    assert row["cells"] == [
        {"backtest_id": "bt-2041", "value": 0.18, "text": "18.0%", "best": True},
        {"backtest_id": "bt-2042", "value": 0.4, "text": "40.0%", "best": False},
    ]
    assert [(place["rank"], place["backtest_id"]) for place in answer["ranking"]] == [(1, "bt-2041"), (2, "bt-2042")]
    assert answer["criteria"]["basis"] == "question"
    assert "bt-2041" in answer["recommendation"]
    assert answer["reasoning"].endswith("bt-2042의 낙폭은 40.0%입니다.")
    assert {difference["kind"] for difference in answer["differences"]} == {"symbols", "missing_metric"}
    assert answer["generation"]["prompt_version"] == "strategy_compare@1"
    assert answer["generation"]["service"] == "chatops"
    assert "bt-2041" in model.asked[0].prompt.messages[-1].text
    entries = (await researcher.get("/api/v1/gen-ai/usage/entries"))["entries"]
    assert answer["generation"]["operation_id"] in [entry["operation_id"] for entry in entries]


async def test_a_sentence_with_a_figure_from_nowhere_is_left_out_and_said(running: Service, researcher: Caller) -> None:
    script(running, commentary("bt-2041 has a Sharpe of 0.61. bt-2042 lost 47.1% in a month."))
    answer = await researcher.post(PATH, {"backtest_ids": BOTH, "language": "en"})
    assert "bt-2041 has a Sharpe of 0.61." in answer["reasoning"]
    assert "47.1" not in json.dumps([answer["summary"], answer["recommendation"], answer["reasoning"]])
    assert answer["generation"]["notes"] == ["a sentence was left out: it said 47.1%, which the table does not"]


@pytest.mark.parametrize("said", ["no JSON at all", "[]", '{"commentary": 5}', '{"commentary": " "}'])
async def test_what_a_model_says_in_no_form_leaves_the_templates(
    running: Service, researcher: Caller, said: str
) -> None:
    script(running, said)
    answer = await researcher.post(PATH, {"backtest_ids": BOTH, "metrics": ["total_return"], "language": "ko"})
    assert answer["generation"]["notes"] == ["prose from templates: it was not in the asked form"]
    assert "bt-2041을 추천합니다" in answer["recommendation"]
    assert answer["criteria"] == {"basis": "asked", "metrics": [{"metric": "total_return", "first": "higher"}]}


async def test_what_is_missing_is_null(researcher: Caller) -> None:
    await researcher.record(a_body(backtest_id="bt-3", metrics={"total_return": 0.1}))
    answer = await researcher.post(PATH, {"backtest_ids": ["bt-3", "bt-2041"], "metrics": ["sharpe_ratio"]})
    (row,) = answer["table"]["rows"]
    assert row["cells"][0] == {"backtest_id": "bt-3", "value": None, "text": "알 수 없음", "best": False}
    assert answer["ranking"][1] == {"rank": None, "backtest_id": "bt-3", "score": None, "tied": False}
    (missing,) = [d for d in answer["differences"] if d["kind"] == "missing_metric"]
    assert missing["backtest_ids"] == ["bt-3"]


async def test_the_language_is_the_one_named_or_the_questions_or_the_runs(researcher: Caller) -> None:
    for more, language in (({}, "ko"), ({"question": "Which is safer?"}, "en"), ({"language": "en"}, "en")):
        answer = await researcher.post(PATH, {"backtest_ids": BOTH, **more})
        assert answer["language"] == language


async def test_a_foreign_run_is_not_found_by_its_name(researcher: Caller, alex: Caller) -> None:
    await alex.record(a_body(backtest_id="bt-of-alex"))
    problem = await researcher.post(PATH, {"backtest_ids": ["bt-2041", "bt-of-alex"]}, 404)
    assert problem["id"] == "bt-of-alex"
    assert (await alex.post(PATH, {"backtest_ids": BOTH}, 404))["id"] == "bt-2041"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"backtest_ids": ["bt-2041"]}, "backtest_ids"),
        ({"backtest_ids": [f"bt-{i}" for i in range(6)]}, "backtest_ids"),
        ({"backtest_ids": ["bt-2041", "bt-2041"]}, "backtest_ids[1]"),
        ({"metrics": ["샤프", "미모"]}, "metrics[1]"),
        ({"question": " "}, "question"),
        ({"question": "가" * 4_001}, "question"),
    ],
)
async def test_what_cannot_be_compared_is_422(researcher: Caller, change: dict[str, object], field: str) -> None:
    problem = await researcher.post(PATH, {"backtest_ids": BOTH, **change}, 422)
    assert [fault["field"] for fault in problem["errors"]] == [field]


async def test_a_model_outside_of_the_policy_is_refused_before_anything_is_read(researcher: Caller) -> None:
    assert (await researcher.post(PATH, {"backtest_ids": BOTH, "model_id": "o1-preview"}, 403))["service"] == "chatops"
    await researcher.post(PATH, {"backtest_ids": BOTH, "model_id": "gpt-9"}, 422)


async def test_a_comparison_stores_nothing_but_its_ledger_rows(researcher: Caller) -> None:
    await researcher.until_indexed()
    before = await researcher.get("/api/v1/backtests")
    await researcher.post(PATH, {"backtest_ids": BOTH})
    assert await researcher.get("/api/v1/backtests") == before
    assert (await researcher.get("/api/v1/strategies"))["strategies"] == []
