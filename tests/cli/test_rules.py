"""Rules of a service in a process of its own: what its log tells of them, and the commands on prices."""

import json
import os
import signal
from pathlib import Path

from tests.cli.process import quantrail, serving
from tests.e2e.hosted import shipped, until, written
from tests.http.test_budgets import BUDGETS, BUILD, IDEA, at
from tests.http.test_prices import configured, today

TEAM = "연구팀/한도"
SECRET = "비밀스러운 발상"


def test_a_budget_that_is_nearly_used_up_is_told_once_in_the_log_and_among_the_figures(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        order = {"unit": "tokens", "limit": 40_000, "period": "day", "user_id": "민지", "warn_at": [0.0001, 1]}
        running.json("PUT", at(TEAM), order)
        for _ in range(2):
            running.json("POST", BUILD, {"request": f"{IDEA['request']} {SECRET}"}, user="민지")
        until(lambda: bool(running.logged("budget_warning")), seconds=20)
        [line] = running.logged("budget_warning")
        told = ("level", "rule", "share", "user_id", "unit", "limit")
        assert [line[name] for name in told] == ["warning", TEAM, "0.0001", "민지", "tokens", "40000"]
        assert int(line["spent"]) + int(line["held"]) > 0
        [budget] = [b for b in running.json("GET", BUDGETS)["budgets"] if b["rule"] == TEAM]
        assert line["resets_at"].replace("+00:00", "Z") == budget["resets_at"]
        figures = running.ask("GET", "/metrics").text
        assert f'quantrail_budget_warnings_total{{rule="{TEAM}",share="0.0001",unit="tokens"}} 1.0' in figures
        assert SECRET not in running.log.read_text(encoding="utf-8")


def test_old_prices_are_told_at_the_start_and_those_of_today_are_not(tmp_path: Path) -> None:
    old = configured(tmp_path, version="우리 가격표")
    with serving(tmp_path / "data", **old) as running:
        until(lambda: bool(running.logged("prices_are_old")), seconds=20)
        [line] = running.logged("prices_are_old")
        assert line["days"]["gpt-4o"] > line["old_after_days"] == 31
        assert "smollm2-135m-instruct" not in line["days"]
        running.json("POST", "/api/v1/admin/prices/apply", {})
    with serving(tmp_path / "data", **old) as again:
        again.json("GET", BUDGETS)
        assert again.logged("prices_are_old") == []


def test_a_rule_that_a_new_file_makes_impossible_is_told_at_a_hangup_and_at_the_next_start(tmp_path: Path) -> None:
    configuration = shipped()
    path = written(tmp_path, configuration)
    with serving(tmp_path / "data", QUANTRAIL_CONFIG=path) as running:
        running.json("PUT", at(TEAM), {"unit": "usd", "limit": "5", "period": "day", "model_id": "o1-preview"})
        del configuration["catalogue"]["models"]["o1-preview"]
        written(tmp_path, configuration)
        os.kill(running.process.pid, signal.SIGHUP)
        until(lambda: bool(running.logged("rules_not_in_force")), seconds=20)
        assert "no model 'o1-preview'" in running.logged("rules_not_in_force")[0]["violations"][0]
    with serving(tmp_path / "data", QUANTRAIL_CONFIG=path) as again:
        assert "no model 'o1-preview'" in again.logged("rules_not_in_force")[0]["violations"][0]
        assert TEAM not in {budget["rule"] for budget in again.json("GET", BUDGETS)["budgets"]}
        assert again.ask("DELETE", at(TEAM)).status_code == 200


def test_prices_are_compared_and_taken_with_and_without_a_running_service(tmp_path: Path) -> None:
    settings = configured(tmp_path, gpt_4o_mini="0.46", gpt_4o="3")
    shown = quantrail(tmp_path / "data", "prices", "diff", **settings)
    assert shown.returncode == 0, shown.stderr
    lines = [line.split("|") for line in shown.stdout.splitlines() if line.startswith("| gpt")]
    assert sorted([cell.strip() for cell in line[1:-1]] for line in lines) == [
        ["gpt-4o", "input", today(), "3", "2.5", ""],
        ["gpt-4o-mini", "input", today(), "0.46", "0.15", "more than three times: needs --accept"],
    ]
    assert "declared free, left as they are: " in shown.stdout
    refused = quantrail(tmp_path / "data", "prices", "apply", **settings)
    assert refused.returncode == 1
    [line] = refused.stderr.splitlines()
    assert line.startswith("quantrail: A price changes by more than three times: gpt-4o-mini.input_usd_per_mtok: 0.46")
    with serving(tmp_path / "data", **settings) as running:
        taken = quantrail(tmp_path / "data", "prices", "apply", "--model", "gpt-4o", "--json", **settings)
        assert taken.returncode == 0, taken.stderr
        answer = json.loads(taken.stdout)
        assert (answer["applied"], [c["model_id"] for c in answer["changes"]]) == (True, ["gpt-4o"])
        [act, *_] = running.json("GET", "/api/v1/admin/audit")["entries"]
        assert (act["action"], act["user_id"]) == ("prices_applied", "operator")
    accepted = quantrail(tmp_path / "data", "prices", "apply", "--accept", **settings)
    assert (accepted.returncode, "Taken from genai-prices@" in accepted.stdout) == (0, True)
    after = quantrail(tmp_path / "data", "prices", "diff", **settings)
    assert after.stdout.startswith("16 models have the prices of genai-prices@")


def test_a_price_command_says_in_one_line_why_it_failed(tmp_path: Path) -> None:
    failed = quantrail(tmp_path, "prices", "apply", "--model", "없는-모델")
    assert failed.returncode == 1
    [line] = failed.stderr.splitlines()
    assert "'없는-모델'" in line


def test_a_variable_that_names_no_model_stops_the_start_in_one_line(tmp_path: Path) -> None:
    refused = quantrail(tmp_path, "serve", QUANTRAIL_DAILY_TOKENS__GPT_40="5")
    assert refused.returncode == 1
    [line] = refused.stderr.splitlines()
    assert line.startswith("quantrail: QUANTRAIL_DAILY_TOKENS__GPT_40: names no model of the catalogue")
    assert line.endswith("did you mean 'QUANTRAIL_DAILY_TOKENS__GPT_4O'?")
