from adapters.memory.chat_model import Scripted, ScriptedChatModel
from domain.errors import ProviderUnavailable
from tests.doubles.reports import GOOD, an_answer
from tests.http.service import Caller, Service, a_body, a_macd_body

REPORTS = "/api/v1/narrative-reports"


def script(running: Service, *answers: Scripted) -> None:
    running.container.model_providers().chat["openai"] = ScriptedChatModel(*answers)


async def with_runs(caller: Caller) -> None:
    for body in (a_body(), a_body(backtest_id="bt-2050", notes="둘째"), a_macd_body()):
        await caller.record(body)
    await caller.until_indexed()


async def test_a_report_is_written_kept_and_accounted_for(running: Service, minji: Caller) -> None:
    await with_runs(minji)
    script(running, an_answer(GOOD["title"], 성과=GOOD["성과"], 위험=GOOD["위험"]))
    report = await minji.post(REPORTS, {"backtest_id": "bt-2041"})
    assert report["title"] == "RSI 과매도 반등: 낙폭에 견준 수익"
    assert report["language"] == "ko"
    assert "## 위험\n\n최대낙폭은 18.0%였습니다.\n" in report["markdown"]
    figure = next(figure for figure in report["figures"] if figure["metric"] == "max_drawdown")
    assert figure == {"text": "18.0%", "backtest_id": "bt-2041", "metric": "max_drawdown", "value": 0.18}
    assert await minji.get(f"{REPORTS}/{report['report_id']}") == report
    assert (await minji.get(REPORTS))["reports"] == [report]
    entry = (await minji.get("/api/v1/gen-ai/usage/entries"))["entries"][0]
    assert (entry["service"], entry["prompt_version"]) == ("narrative_report", "narrative_report@1")
    assert (entry["operation_id"], entry["cost_usd"]) == (
        report["generation"]["operation_id"], report["generation"]["cost_usd"],
    )  # fmt: skip


async def test_a_report_compares_with_similar_runs_unless_told_not_to(running: Service, minji: Caller) -> None:
    await with_runs(minji)
    script(running, "rubbish", "rubbish")
    compared = await minji.post(REPORTS, {"backtest_id": "bt-2041", "language": "en"})
    assert "most like it" in compared["markdown"]
    alone = await minji.post(REPORTS, {"backtest_id": "bt-2041", "language": "en", "use_rag": False})
    assert not [figure for figure in alone["figures"] if figure["metric"].startswith("peer")]


async def test_rubbish_is_still_a_report(running: Service, minji: Caller) -> None:
    await with_runs(minji)
    script(running, "Sharpe 99!")
    report = await minji.post(REPORTS, {"backtest_id": "bt-2041"})
    assert "99" not in report["markdown"]
    assert report["generation"]["notes"] == ["prose from templates: it was not in the asked form"]


async def test_a_report_stays_when_its_backtest_goes(minji: Caller) -> None:
    await with_runs(minji)
    report = await minji.post(REPORTS, {"backtest_id": "bt-2041"})
    assert (await minji.ask("DELETE", "/api/v1/backtests/bt-2041")).status_code == 204
    assert await minji.get(f"{REPORTS}/{report['report_id']}") == report
    await minji.post(REPORTS, {"backtest_id": "bt-2041"}, 404)


async def test_what_belongs_to_somebody_else_is_not_found(minji: Caller, alex: Caller) -> None:
    await with_runs(minji)
    await alex.post(REPORTS, {"backtest_id": "bt-2041"}, 404)
    report = await minji.post(REPORTS, {"backtest_id": "bt-2041"})
    await alex.get(f"{REPORTS}/{report['report_id']}", 404)
    assert (await alex.get(REPORTS))["reports"] == []


async def test_reports_are_paged_latest_first(minji: Caller) -> None:
    await with_runs(minji)
    made = [(await minji.post(REPORTS, {"backtest_id": "bt-2041"}))["report_id"] for _ in range(3)]
    first = await minji.get(f"{REPORTS}?limit=2")
    second = await minji.get(f"{REPORTS}?limit=2&cursor={first['next_cursor']}")
    read = [report["report_id"] for report in (*first["reports"], *second["reports"])]
    assert read == list(reversed(made))
    assert second["next_cursor"] is None
    await minji.get(f"/api/v1/strategies?cursor={first['next_cursor']}", 400)


async def test_an_outage_and_what_cannot_be_asked_are_problems(running: Service, minji: Caller) -> None:
    await with_runs(minji)
    script(running, *[ProviderUnavailable("openai", "down", retry_after_seconds=9.0) for _ in range(3)])
    answer = await minji.ask("POST", REPORTS, {"backtest_id": "bt-2041"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "9")
    assert (await minji.post(REPORTS, {}, 400))["errors"][0]["field"] == "backtest_id"
    assert (await minji.post(REPORTS, {"backtest_id": "x", "language": "fr"}, 400))["errors"][0]["field"] == "language"
    assert (await minji.post(REPORTS, {"backtest_id": "x", "model_id": "gpt-9"}, 422))["model_id"] == "gpt-9"
    await minji.post(REPORTS, {"backtest_id": "x", "model_id": "o1-preview"}, 403)
    await minji.get(f"{REPORTS}/rp-404", 404)
