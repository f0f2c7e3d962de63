"""`quantrail import` of what other engines wrote."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from entrypoints.http.backtest_batch import read_batch
from tests.cli.process import quantrail, serving
from tests.golden.files import FOLDER, FORMATS, RUNS
from tests.http.service import a_body

STATED = ("--strategy", "골든크로스", "--symbol", "GOOG", "--timeframe", "1d")


def reported(folder: Path, *arguments: str) -> tuple[int, Any, str]:
    ended = quantrail(folder, "import", *arguments, "--user", "민지", "--json")
    return ended.returncode, json.loads(ended.stdout), ended.stderr


def test_a_folder_of_each_engine_is_imported_once_and_its_runs_are_there(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data) as running:
        for file_format in FORMATS:
            files = tmp_path / file_format
            files.mkdir()
            for case in RUNS.values():
                shutil.copy(FOLDER / file_format / case[file_format], files)
            code, first, errors = reported(data, file_format, str(files), *STATED)
            assert (code, first["accepted"], first["duplicates"], first["rejected"]) == (0, 3, 0, []), errors
            assert {each["metric"] for each in first["nulled"]} >= {"sharpe_ratio", "win_rate", "profit_factor"}
            assert all(each["reason"] and each["backtest_id"] and each["place"] for each in first["nulled"])
            code, again, _ = reported(data, file_format, str(files), *STATED)
            assert (code, again["accepted"], again["duplicates"]) == (0, 0, 3)
            assert again["runs"] == first["runs"]
            for run in first["runs"]:
                kept = running.json("GET", f"/api/v1/backtests/{run['backtest_id']}", user="민지")
                assert kept["strategy"]["name"] == "골든크로스"
                assert kept["source"]["engine"].removesuffix(".py") == file_format


def test_the_good_runs_are_kept_and_the_bad_ones_told(tmp_path: Path) -> None:
    files = tmp_path / "in"
    files.mkdir()
    good = json.loads((FOLDER / "backtesting/crossover.json").read_text(encoding="utf-8"))
    lines = [good, good | {"Return [%]": None}, good | {"Win Rate [%]": 300}]
    (files / "몇 개.json").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (files / "broken.json").write_bytes(b"\x80\x05junk")
    (files / "notes.txt").write_text("메모")
    code, report, errors = reported(tmp_path / "data", "backtesting", str(files), "--symbol", "GOOG")
    assert (code, report["accepted"]) == (1, 1)
    assert [(Path(row["path"]).name, row.get("place")) for row in report["rejected"]] == [
        ("broken.json", None),
        ("몇 개.json", "line 2"),
        ("몇 개.json", "line 3"),
    ]
    assert report["rejected"][1]["errors"] == [
        {"field": "metrics.total_return", "message": "Return [%] is null in the file"}
    ]
    assert [Path(path).name for path in report["left_out"]] == ["notes.txt"]
    first, second = errors.splitlines()
    assert first.startswith(f"quantrail: {files / 'broken.json'}: is a Python pickle")
    assert second == "quantrail: 2 of 3 runs were not kept"


def test_a_dry_run_shows_what_would_be_recorded_and_records_nothing(tmp_path: Path) -> None:
    file = str(FOLDER / "vectorbt/grid.csv")
    shown = quantrail(tmp_path / "data", "import", "vectorbt", file, "--user", "민지", *STATED, "--dry-run")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert not (tmp_path / "data").exists()
    batch = read_batch(shown.stdout.encode())
    assert (len(batch.good), batch.bad) == (3, [])
    assert "골든크로스" in shown.stdout
    path = tmp_path / "runs.ndjson"
    path.write_text(shown.stdout, encoding="utf-8")
    code, report, _ = reported(tmp_path / "data", "vectorbt", file, *STATED)
    assert (code, report["accepted"]) == (0, 3)
    code, report, _ = reported(tmp_path / "data", "ndjson", str(path))
    assert (code, report) == (0, {"accepted": 0, "duplicates": 3, "rejected": []})


def test_a_dry_run_says_what_would_be_refused(tmp_path: Path) -> None:
    path = tmp_path / "runs.ndjson"
    path.write_text(f'{json.dumps(a_body())}\n{{"backtest_id": "bt-x"}}\n', encoding="utf-8")
    shown = quantrail(tmp_path / "data", "import", "ndjson", str(path), "--user", "민지", "--dry-run")
    assert shown.returncode == 1
    assert json.loads(shown.stdout)["backtest_id"] == "bt-2041"
    assert shown.stderr.splitlines()[0].startswith("quantrail: line 2 (bt-x): strategy: is missing")
    code, report, _ = reported(tmp_path / "data", "lean", str(FOLDER / "lean/winner_not_by_engine.json"), "--dry-run")
    assert (code, len(report["records"]), report["nulled"][0]["metric"]) == (0, 1, "profit_factor")


def test_several_files_of_our_own_are_told_apart(tmp_path: Path) -> None:
    for name, body in (("a", a_body()), ("b", a_body(backtest_id="bt-2"))):
        (tmp_path / f"{name}.ndjson").write_text(f"{json.dumps(body)}\n{{}}\n", encoding="utf-8")
    (tmp_path / "empty.jsonl").write_text("")
    code, report, errors = reported(tmp_path / "data", "ndjson", str(tmp_path))
    assert (code, report["accepted"]) == (1, 2)
    assert [(Path(row["path"]).name, row.get("line")) for row in report["rejected"]] == [
        ("a.ndjson", 2), ("b.ndjson", 2), ("empty.jsonl", None),
    ]  # fmt: skip
    assert errors.splitlines()[-1] == "quantrail: 2 of 4 lines were not kept"


def test_a_run_with_an_id_that_is_taken_is_refused_by_name(tmp_path: Path) -> None:
    files = [str(FOLDER / "backtrader" / f"{case}.json") for case in ("crossover", "winner")]
    assert reported(tmp_path, "backtrader", files[0], "--id", "내 백테스트")[0] == 0
    code, report, _ = reported(tmp_path, "backtrader", files[1], "--id", "내 백테스트")
    assert code == 1
    assert [(row["backtest_id"], row["errors"][0]["message"]) for row in report["rejected"]] == [
        ("내 백테스트", "is already stored with other content")
    ]
    both = quantrail(tmp_path, "import", "backtrader", *files, "--user", "민지", "--id", "x")
    assert (both.returncode, both.stderr) == (1, "quantrail: --id names one run, and there are 2\n")


def test_a_report_in_words_says_what_became_of_each_run(tmp_path: Path) -> None:
    file = str(FOLDER / "freqtrade/several.json")
    told = quantrail(tmp_path, "import", "freqtrade", file, "--user", "민지")
    assert told.returncode == 0, told.stderr
    counts, missing, *kept = told.stdout.splitlines()
    assert counts == "2 stored, 0 there already, 0 refused"
    assert missing.startswith(f"{file}, strategy Idle (freqtrade-")
    assert "is without sharpe_ratio (sharpe is 0 where there was no trade); sortino_ratio (" in missing
    assert [line.endswith("is kept") for line in kept] == [True, True]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("freqtrade", "backtesting/winner.json"), "it looks like backtesting: quantrail import backtesting"),
        (("lean", "backtrader/winner.json"), "it looks like backtrader: quantrail import backtrader"),
        (("ndjson", "vectorbt/winner.json"), "looks like vectorbt: quantrail import vectorbt"),
        (("vectorbt", "no such file"), "No such file"),
        (("backtrader", "."), "is a directory with no file of backtrader"),
    ],
)
def test_the_wrong_file_is_told_by_what_it_is(tmp_path: Path, arguments: tuple[str, str], says: str) -> None:
    file_format, file = arguments
    place = tmp_path / "empty" if file == "." else FOLDER / file
    (tmp_path / "empty").mkdir()
    failed = quantrail(tmp_path / "data", "import", file_format, str(place), "--user", "민지")
    assert failed.returncode == 1
    assert says in failed.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("ndjson", "x", "--symbol", "GOOG"),
        ("ndjson", "x", "--id", "bt-1"),
        ("lean", "x", "--start", "soon"),
        ("lean", "x", "--end", "2013-02-30"),
        ("lean", "x", "--param", "fast"),
        ("lean", "x", "--param", "=20"),
        ("lean",),
        ("quantstats", "x"),
    ],
)
def test_options_that_cannot_be_are_bad_usage(tmp_path: Path, options: tuple[str, ...]) -> None:
    refused = quantrail(tmp_path, "import", *options, "--user", "민지")
    assert refused.returncode == 2
    assert "usage:" in refused.stderr
