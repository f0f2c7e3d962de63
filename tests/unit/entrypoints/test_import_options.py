import argparse
from datetime import date
from pathlib import Path

import pytest

from entrypoints.cli.import_entries import Entry, engine_entries, printable
from entrypoints.cli.import_files import files_of
from entrypoints.cli.import_parser import STATING, add_import_options
from entrypoints.cli.reach import Failed
from tests.golden.files import FOLDER


def parsed(*arguments: str) -> argparse.Namespace:
    command = argparse.ArgumentParser()
    add_import_options(command)
    return command.parse_args([*arguments, "--user", "민지"])


def entries_of(*arguments: str) -> list[Entry]:
    stated = parsed(*arguments)
    return engine_entries([Path(path) for path in stated.path], stated)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20", 20),
        ("-3", -3),
        ("0.5", 0.5),
        ("1e-3", 0.001),
        ("true", True),
        ("False", False),
        ("ema", "ema"),
        ("1_000", "1_000"),
        ("12345678901234567", "12345678901234567"),
        ("a=b", "a=b"),
    ],
)
def test_a_parameter_is_what_it_looks_like(text: str, value: object) -> None:
    ((name, held),) = parsed("lean", "x", "--param", f"기간={text}").param
    assert (name, held, type(held)) == ("기간", value, type(value))


def test_days_are_days() -> None:
    stated = parsed("lean", "x", "--start", "2004-08-19", "--end", "2013-03-01")
    assert (stated.start, stated.end) == (date(2004, 8, 19), date(2013, 3, 1))


def test_every_option_that_states_something_is_known_by_its_name() -> None:
    stated = vars(parsed("lean", "x"))
    assert set(stated) - set(STATING) == {"format", "path", "user", "dry_run"}
    assert set(STATING) <= set(stated)


def test_options_reach_every_run() -> None:
    entries = entries_of(
        "freqtrade", str(FOLDER / "freqtrade/several.json"), "--strategy", "이름", "--symbol", "A", "--symbol", "B",
        "--param", "x=1", "--notes", "메모", "--engine-version", "2026.9", "--timeframe", "4h", "--start", "2001-01-01",
    )  # fmt: skip
    held = ('"이름"', '["A","B"]', '"x":1', '"notes":"메모', '"version":"2026.9"', '"4h"', '"start":"2001-01-01"')
    assert len(entries) == 2
    for entry in entries:
        assert [text for text in held if text not in (entry.line or b"").decode()] == []


def test_a_folder_is_read_for_the_results_of_its_engine(tmp_path: Path) -> None:
    names = ["b/2.json", "b/1.json", "a.zip", "a.meta.json", "x_config.json", ".last_result.json", "x.feather"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    (tmp_path / "loop").symlink_to(tmp_path)
    files = files_of([str(tmp_path)], file_format="freqtrade")
    assert [str(path.relative_to(tmp_path)) for path in files.chosen] == ["a.zip", "b/1.json", "b/2.json"]
    assert sorted(path.name for path in files.left_out) == ["a.meta.json", "x.feather", "x_config.json"]


def test_a_path_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text("{}")
    files = files_of([str(tmp_path / "1.json"), str(tmp_path)], file_format="lean")
    assert files.chosen == [tmp_path / "1.json"]


def test_what_lies_beside_the_results_of_lean_is_no_result(tmp_path: Path) -> None:
    beside = ("1-summary.json", "1-order-events.json", "data-monitor-report-1.json", "config.json", "log.txt")
    for name in ("1.json", *beside):
        (tmp_path / name).write_text("{}")
    assert [path.name for path in files_of([str(tmp_path)], file_format="lean").chosen] == ["1.json"]


def test_an_empty_folder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"is a directory with no file of lean \(\.json\) in it"):
        files_of([str(tmp_path)], file_format="lean")


def test_a_file_that_cannot_be_read_costs_no_other(tmp_path: Path) -> None:
    lost, kept = entries_of("backtrader", str(tmp_path / "none.json"), str(FOLDER / "backtrader/winner.json"))
    assert (lost.file_is_lost, lost.errors) == (True, [{"field": "", "message": "No such file or directory"}])
    assert (kept.file_is_lost, kept.errors, kept.line is not None) == (False, [], True)


def test_what_no_output_can_hold_is_written_out() -> None:
    assert printable("가\ud800") == "가\\ud800"
