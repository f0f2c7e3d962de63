"""`quantrail index prune`, `backup` and `restore`, as their users run them."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import quantrail, serving
from tests.http.service import a_body, a_macd_body

USER = "민지@quant.kr"
QUESTIONS = ("RSI 과매도 반등", "MACD 추세추종 전략", "샤프 0.5 이상", "GOOG", "낙폭이 가장 작은 3개")


def some_runs(count: int) -> list[dict[str, Any]]:
    bodies = (a_body, a_macd_body)
    return [bodies[n % 2](backtest_id=f"bt-{n}", notes=f"메모 {n}") for n in range(count)]


def answers(served: Any) -> list[list[tuple[str, float | None]]]:  # noqa: ANN401  # a Serving
    found = []
    for question in QUESTIONS:
        answer = served.json("POST", "/api/v1/backtests/search", {"query": question, "top_k": 10}, user=USER)
        found.append([(one["backtest"]["backtest_id"], one["similarity"]) for one in answer["results"]])
    return found


@pytest.fixture
def backed_up(tmp_path: Path) -> tuple[Path, list[list[tuple[str, float | None]]]]:
    """A backup made while the service ran, and what it answered then."""
    path = tmp_path / "quantrail.backup"
    with serving(tmp_path / "old") as served:
        for run in some_runs(12):
            served.json("POST", "/api/v1/backtests", run, user=USER)
        served.json("POST", "/api/v1/strategy-builder", {"request": "GOOG RSI"}, user=USER)
        served.until_indexed(USER)
        before = answers(served)
        made = quantrail(tmp_path / "old", "index", "backup", str(path))
        assert (made.returncode, made.stderr) == (0, ""), made.stderr
    return path, before


def test_a_backup_restored_into_another_vector_store_gives_the_same_answers(
    backed_up: tuple[Path, list[list[tuple[str, float | None]]]], tmp_path: Path
) -> None:
    path, before = backed_up
    back = quantrail(tmp_path / "new", "index", "restore", str(path), "--json")
    assert back.returncode == 0, back.stderr
    assert json.loads(back.stdout)["rows"]["backtests"] == 12
    with serving(tmp_path / "new", QUANTRAIL_VECTOR_STORE="memory") as served:
        served.until_indexed(USER)
        paid = served.json("GET", "/api/v1/gen-ai/usage?group_by=service")["groups"]
        assert answers(served) == before
        after = served.json("GET", "/api/v1/admin/ledger/verify")
    assert after["differences"] == []
    # Every passage was in the embedding cache of the backup: only questions were embedded, by `answers` before it.
    assert {group["service"]: group["attempts"] for group in paid}["memory"] <= 12 + len(QUESTIONS)


def test_a_backup_is_for_its_owner_alone_and_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "quantrail.backup"
    assert quantrail(tmp_path / "data", "index", "backup", str(path)).returncode == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first = path.read_bytes()
    again = quantrail(tmp_path / "data", "index", "backup", str(path))
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert "--force" in again.stderr
    assert path.read_bytes() == first
    forced = quantrail(tmp_path / "data", "index", "backup", str(path), "--force", "--json")
    assert json.loads(forced.stdout)["bytes"] == path.stat().st_size
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".tmp"] == []


def test_a_restore_while_the_service_runs_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "quantrail.backup"
    with serving(tmp_path / "data"):
        assert quantrail(tmp_path / "data", "index", "backup", str(path)).returncode == 0
        refused = quantrail(tmp_path / "data", "index", "restore", str(path), "--replace")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "stop it, then restore" in refused.stderr


def test_a_damaged_file_is_refused_in_one_line_and_touches_nothing(tmp_path: Path) -> None:
    path = tmp_path / "quantrail.backup"
    assert quantrail(tmp_path / "data", "index", "backup", str(path)).returncode == 0
    whole = path.read_bytes()
    path.write_bytes(whole[:1_000] + bytes([whole[1_000] ^ 4]) + whole[1_001:])
    refused = quantrail(tmp_path / "new", "index", "restore", str(path))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "damaged" in refused.stderr
    assert not list((tmp_path / "new").glob("*.db"))
    missing = quantrail(tmp_path / "new", "index", "restore", str(tmp_path / "없는 파일"))
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)


def test_a_database_in_use_is_replaced_only_where_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "quantrail.backup"
    with serving(tmp_path / "data") as served:
        served.json("POST", "/api/v1/backtests", a_body(), user=USER)
        assert quantrail(tmp_path / "data", "index", "backup", str(path)).returncode == 0
        served.json("POST", "/api/v1/backtests", a_macd_body(), user=USER)
    refused = quantrail(tmp_path / "data", "index", "restore", str(path))
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    replaced = quantrail(tmp_path / "data", "index", "restore", str(path), "--replace")
    assert replaced.returncode == 0, replaced.stderr
    with serving(tmp_path / "data") as served:
        runs = served.json("GET", "/api/v1/backtests", user=USER)["backtests"]
        acts = served.json("GET", "/api/v1/admin/audit")["entries"]
    assert [run["backtest_id"] for run in runs] == ["bt-2041"]
    assert [act["action"] for act in acts][:2] == ["database_restored", "database_backed_up"]


def test_pruning_shows_first_and_removes_when_told(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        for run in some_runs(5):
            served.json("POST", "/api/v1/backtests", run, user=USER)
        served.until_indexed(USER)
        shown = quantrail(tmp_path, "index", "prune", "--keep", "2")
        assert (shown.returncode, shown.stdout) == (0, "3 backtests of 1 users would go; --apply removes them\n")
        assert len(served.json("GET", "/api/v1/backtests", user=USER)["backtests"]) == 5
        gone = quantrail(tmp_path, "index", "prune", "--keep", "2", "--apply", "--json")
        assert json.loads(gone.stdout) == {"applied": True, "backtests": 3, "users": 1}
        runs = served.json("GET", "/api/v1/backtests", user=USER)["backtests"]
        assert [run["backtest_id"] for run in runs] == ["bt-4", "bt-3"]
        [act, *_] = served.json("GET", "/api/v1/admin/audit")["entries"]
        assert (act["action"], act["facts"]["backtests"]) == ("backtests_pruned", "3")


@pytest.mark.parametrize(
    "arguments",
    [
        ["index"], ["index", "prune", "--older-than", "0"], ["index", "prune", "--keep", "x"], ["index", "backup"],
        ["index", "prune", "--keep", "5", "--dry-run", "--apply"], ["index", "restore"],
    ],
)  # fmt: skip
def test_bad_usage_is_told_as_such(tmp_path: Path, arguments: list[str]) -> None:
    assert quantrail(tmp_path, *arguments).returncode == 2


def test_pruning_without_a_word_of_what_is_refused(tmp_path: Path) -> None:
    refused = quantrail(tmp_path, "index", "prune", "--apply")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "retention.backtests_days" in refused.stderr


def test_what_keeps_nothing_has_nothing_to_copy(tmp_path: Path) -> None:
    refused = quantrail(tmp_path, "index", "backup", str(tmp_path / "x"), QUANTRAIL_DATABASE_URL="memory:")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "memory:" in refused.stderr
    assert not (tmp_path / "x").exists()
