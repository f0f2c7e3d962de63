import json
import os
import signal
from pathlib import Path

from tests.cli.process import ADMIN_KEY, quantrail, serving
from tests.doubles.process import openai_double
from tests.e2e.hosted import BUILD, BUILD_GROUNDED, keyed, shipped, until, written
from tests.http.service import a_body

NOTES = "아무도 읽지 말아야 할 메모"
IDEA = "비밀스러운 발상으로 RSI 30 아래에서 사는 전략"
QUESTION = "비밀스러운 질문: 과매도 반등"
WRONG_KEY = "qt_a_key_that_nobody_has"


def test_a_full_run_leaves_no_word_of_users_models_or_keys_in_the_log(tmp_path: Path) -> None:
    with openai_double(tmp_path) as double:
        with serving(tmp_path / "data", QUANTRAIL_LOG_LEVEL="DEBUG", **keyed(double)) as running:
            running.json("POST", "/api/v1/backtests", a_body(notes=NOTES), user="민지")
            running.until_indexed("민지")
            running.json("POST", "/api/v1/backtests/search", {"query": QUESTION}, user="민지")
            built = running.json("POST", BUILD_GROUNDED, {"request": IDEA}, user="민지")
            issued = running.json("POST", "/api/v1/admin/keys", {"user_id": "준", "roles": ["user"]})
            refused = running.ask("GET", f"/api/v1/backtests?key={WRONG_KEY}", user=None)
            assert refused.status_code == 400
            double.behave("error")
            assert running.ask("POST", BUILD, {"request": IDEA}, user="민지").status_code == 503
        with serving(tmp_path / "data", **keyed(double, OPENAI_API_KEY="sk-wrong-key-0123456789")) as refusing:
            # The double, as the real one, answers with the wrong key in its words.
            assert refusing.ask("POST", BUILD, {"request": IDEA}, user="민지").status_code == 503
            failed = refusing.logged("call_settled")[-1]
            assert (failed["status"], failed["reason"]) == ("failed", "provider-rejected")
        logs = [running.said[1], refusing.said[1]]
        secrets = (ADMIN_KEY, WRONG_KEY, issued["key"], double.api_key, "sk-wrong-key")
        spoken = (NOTES, IDEA, QUESTION, built["explanation"], built["strategy"]["name"], "비밀스러운", "bt-2041")
        for log in logs:
            assert not [word for word in (*secrets, *spoken) if word in log]


def test_each_request_has_one_line_by_its_route_with_the_ids_of_its_work(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        running.json("POST", "/api/v1/backtests", a_body(), user="민지")
        running.until_indexed("민지")
        found = running.ask(
            "POST", "/api/v1/backtests/search", {"query": "조용한 장에서 반등을 노리는 매매"}, user="민지"
        )
        running.ask("GET", "/api/v1/backtests/bt-404?secret=1", user="민지")
        # A line is written when its answer has gone out.
        until(lambda: running.logged("request")[-1]["route"] == "/api/v1/backtests/{backtest_id}", seconds=20)
        lines = running.logged("request")
        entry = running.json("GET", "/api/v1/gen-ai/usage/entries?limit=1")["entries"][0]
        [searched] = [line for line in lines if line["route"] == "/api/v1/backtests/search"]
        assert (searched["method"], searched["status"], searched["user_id"]) == ("POST", 200, "민지")
        assert searched["request_id"] == found.headers["x-request-id"] == entry["request_id"]
        assert searched["operation_id"] == entry["operation_id"]
        assert searched["ms"] > 0
        assert (lines[-1]["route"], lines[-1]["status"]) == ("/api/v1/backtests/{backtest_id}", 400)
        assert "secret=1" not in running.log.read_text(encoding="utf-8")
        indexed = [line for line in running.logged("call_settled") if line["request_id"].startswith("indexing-")]
        assert indexed
        assert all(line["operation_id"] for line in indexed)


def test_logs_go_to_the_file_that_is_named_and_to_nowhere_else(tmp_path: Path) -> None:
    with serving(tmp_path / "data", QUANTRAIL_LOG_FILE=str(tmp_path / "q.log")) as running:
        running.ask("GET", "/health/live")
    assert running.said[1] == ""
    lines = [json.loads(line) for line in (tmp_path / "q.log").read_text(encoding="utf-8").splitlines()]
    assert [line["route"] for line in lines if line["event"] == "request"] == ["/health/live"]


def test_a_hangup_reloads_the_configuration_or_says_why_not(tmp_path: Path) -> None:
    configuration = shipped()
    with serving(tmp_path / "data", QUANTRAIL_CONFIG=written(tmp_path, configuration)) as running:
        configuration["budgets"] = {"팀": {"unit": "usd", "limit": "7", "period": "day"}}
        written(tmp_path, configuration)
        os.kill(running.process.pid, signal.SIGHUP)
        until(lambda: bool(running.logged("configuration_reloaded")), seconds=20)
        assert [budget["rule"] for budget in running.json("GET", "/api/v1/gen-ai/budgets")["budgets"]] == ["팀"]
        [row, *_] = running.json("GET", "/api/v1/admin/audit")["entries"]
        [line] = running.logged("configuration_reloaded")
        assert (row["user_id"], row["subject"]) == ("system", line["version"])
        assert row["request_id"] == line["request_id"]
        configuration["budgets"]["팀"]["limit"] = "much"
        configuration["policies"]["chatops"]["defaults"] = ["no-such-model"]
        written(tmp_path, configuration)
        os.kill(running.process.pid, signal.SIGHUP)
        until(lambda: bool(running.logged("configuration_refused")), seconds=20)
        [refused] = running.logged("configuration_refused")
        assert len(refused["violations"]) >= 2
        assert running.json("GET", "/api/v1/gen-ai/budgets")["budgets"][0]["limit"] == "7"


def test_a_log_that_cannot_be_written_stops_the_start_in_one_line(tmp_path: Path) -> None:
    for name, value in (("QUANTRAIL_LOG_FILE", str(tmp_path / "no" / "q.log")), ("QUANTRAIL_LOG_LEVEL", "loud")):
        refused = quantrail(tmp_path / "data", "serve", **{name: value})
        assert refused.returncode == 1
        assert refused.stderr.startswith(f"quantrail: {name}: {value!r}")
        assert len(refused.stderr.splitlines()) == 1
