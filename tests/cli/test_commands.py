import json
from pathlib import Path

import pytest

from tests.cli.process import quantrail
from tests.http.service import a_body, a_macd_body


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    path = tmp_path / "runs.ndjson"
    lines = [json.dumps(body, ensure_ascii=False) for body in (a_body(), a_macd_body())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_file_is_imported_and_searched_without_a_service(tmp_path: Path, runs: Path) -> None:
    imported = quantrail(tmp_path, "import", "ndjson", str(runs), "--user", "민지")
    assert (imported.returncode, imported.stdout) == (0, "2 stored, 0 there already, 0 refused\n"), imported.stderr
    again = quantrail(tmp_path, "import", "ndjson", str(runs), "--user", "민지", "--json")
    assert json.loads(again.stdout) == {"accepted": 0, "duplicates": 2, "rejected": []}
    found = quantrail(tmp_path, "search", "샤프 0.5 이상인 GOOG 전략", "--user", "민지")
    assert found.returncode == 0, found.stderr
    assert "bt-2041" in found.stdout
    assert "executed: sharpe_ratio >= 0.5" in found.stdout
    assert quantrail(tmp_path, "search", "조용한 장에서 반등을 노리는 매매", "--user", "민지").returncode == 0
    used = quantrail(tmp_path, "usage", "--json")
    assert json.loads(used.stdout)["total"]["requests"] >= 1


def test_lines_that_are_no_backtests_are_reported_and_the_rest_kept(tmp_path: Path, runs: Path) -> None:
    runs.write_text(runs.read_text(encoding="utf-8") + '\n{"backtest_id": "bt-x"}\n', encoding="utf-8")
    imported = quantrail(tmp_path, "import", "ndjson", str(runs), "--user", "민지")
    assert imported.returncode == 1
    assert "2 stored" in imported.stdout
    assert "line 4 (bt-x)" in imported.stdout
    assert imported.stderr.splitlines() == ["quantrail: 1 of 3 lines were not kept"]


def test_keys_are_made_listed_and_revoked(tmp_path: Path) -> None:
    made = quantrail(tmp_path, "keys", "create", "--user", "민지", "--role", "user", "--name", "노트북", "--json")
    key = json.loads(made.stdout)
    listed = quantrail(tmp_path, "keys", "list")
    assert key["key_id"] in listed.stdout.split()
    assert f"{key['created_at'][:10]} {key['created_at'][11:16]}Z" in listed.stdout
    assert key["key"] not in listed.stdout
    revoked = quantrail(tmp_path, "keys", "revoke", key["key_id"])
    assert revoked.returncode == 0
    assert quantrail(tmp_path, "keys", "revoke", "no-such-key").returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("search", "RSI"),
        ("import", "xml", "x", "--user", "u"),
        ("keys", "create"),
        ("ledger", "reconcile"),
        ("usage", "--status", "lost"),
        ("prices",),
        ("eval",),
        ("eval", "retrieval", "--half", "none"),
    ],
)
def test_bad_usage_is_exit_code_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    refused = quantrail(tmp_path, *arguments)
    assert refused.returncode == 2
    assert "usage:" in refused.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "", "--user", "민지"),
        ("import", "ndjson", "/no/such/file", "--user", "민지"),
        ("usage", "--from", "soon"),
    ],
)
def test_a_failure_is_exit_code_1_and_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    failed = quantrail(tmp_path, *arguments)
    assert failed.returncode == 1
    assert len(failed.stderr.splitlines()) == 1
    assert failed.stderr.startswith("quantrail: ")


@pytest.mark.parametrize(
    "command",
    [
        "serve",
        "demo",
        "search",
        "usage",
        "import",
        "keys",
        "keys create",
        "keys list",
        "keys revoke",
        "ledger",
        "ledger reconcile",
        "ledger verify",
        "prices",
        "prices diff",
        "prices apply",
        "eval",
        "eval retrieval",
    ],
)
def test_every_command_has_help_with_an_example(tmp_path: Path, command: str) -> None:
    helped = quantrail(tmp_path, *command.split(), "--help")
    assert helped.returncode == 0
    assert "example:\n  " in helped.stdout
    assert "quantrail " + command.split(maxsplit=1)[0] in helped.stdout
