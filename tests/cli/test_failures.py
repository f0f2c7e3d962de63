"""Whatever goes wrong, a command ends with its exit code and one clear line."""

import asyncio
import json
import os
import pty
import re
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.cells import cell_len

from entrypoints.cli.importing import BYTES_A_REQUEST, LINES_A_REQUEST, chunks_of
from entrypoints.cli.reach import Failed, reach
from entrypoints.settings import Settings
from tests.cli.deaf_owner import (
    Behaviour,
    answering,
    dies,
    dies_in_the_middle,
    is_another_program,
    owned,
    says_nothing,
)
from tests.cli.process import an_environment, quantrail
from tests.http.service import a_body


def the_line(failed: "subprocess.CompletedProcess[str]") -> str:
    assert failed.returncode == 1, failed
    (line,) = failed.stderr.splitlines()
    assert line.startswith("quantrail: ")
    return line


def in_a_shell(folder: Path, command: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    """A command line in which `quantrail` is the program."""
    named = f'quantrail() {{ "{sys.executable}" -m entrypoints.cli.main "$@"; }}; {command}'
    return subprocess.run(
        ["/bin/bash", "-c", named],
        env=an_environment(folder, changes),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "holds no line"),
        (b" \n\n", "holds no line"),
        (b"\xef\xbb\xbf", "holds no line"),
        (b"[]", "JSON array"),
        (b"\xef\xbb\xbf [{}]", "JSON array"),
    ],
)
def test_a_file_with_no_lines_to_import_is_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "runs.ndjson"
    path.write_bytes(content)
    assert says in the_line(quantrail(tmp_path, "import", "ndjson", str(path), "--user", "민지"))


def test_a_folder_is_no_file_to_import(tmp_path: Path) -> None:
    assert "directory" in the_line(quantrail(tmp_path, "import", "ndjson", str(tmp_path), "--user", "민지"))


def test_lines_are_numbered_as_in_the_file_and_its_mark_is_no_letter(tmp_path: Path) -> None:
    path = tmp_path / "runs.ndjson"
    lines = ["\ufeff" + json.dumps(a_body()), "", "  ", "{broken", json.dumps(a_body(backtest_id="bt-2"))]
    path.write_text("\r\n".join(lines), encoding="utf-8")
    imported = quantrail(tmp_path / "d", "import", "ndjson", str(path), "--user", "민지", "--json")
    assert imported.returncode == 1
    report = json.loads(imported.stdout)
    assert (report["accepted"], [line["line"] for line in report["rejected"]]) == (2, [4])
    assert "1 of 3 lines" in the_line(imported)


@pytest.mark.parametrize(
    ("sizes", "firsts"),
    [
        ([1] * LINES_A_REQUEST, [0]),
        ([1] * (LINES_A_REQUEST + 1), [0, LINES_A_REQUEST]),
        ([BYTES_A_REQUEST, 5, 5], [0, 1]),
        ([5, BYTES_A_REQUEST, 5], [0, 1, 2]),
    ],
)
def test_a_file_goes_out_in_parts_that_one_request_takes(sizes: Sequence[int], firsts: list[int]) -> None:
    lines = [b"x" * size for size in sizes]
    chunks = list(chunks_of(lines))
    assert [first for first, _ in chunks] == firsts
    assert [line for _, chunk in chunks for line in chunk] == lines


def test_a_data_folder_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_text("not a folder")
    line = the_line(quantrail(path, "usage"))
    assert "QUANTRAIL_DATA_DIR" in line
    assert "the path of a folder" in line


def test_a_data_folder_that_cannot_be_made_is_one_line_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "data"
    assert str(folder) in the_line(quantrail(folder, "usage"))


def test_a_database_that_is_none_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "junk.db"
    path.write_text("this is no database " * 100)
    failed = quantrail(tmp_path, "usage", QUANTRAIL_DATABASE_URL=f"sqlite:///{path}")
    assert the_line(failed) == "quantrail: QUANTRAIL_DATABASE_URL: cannot be used: file is not a database"


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        (dies, "does not answer"),
        (is_another_program, "something else answers"),
        (dies_in_the_middle, "the service does not answer"),
    ],
)
def test_an_owner_that_is_no_service_any_more_is_one_line(tmp_path: Path, behaviour: Behaviour, says: str) -> None:
    with answering(behaviour) as url, owned(tmp_path, url=url):
        assert says in the_line(quantrail(tmp_path, "usage"))


def test_an_import_that_is_cut_off_says_how_far_it_came_and_what_to_do(tmp_path: Path) -> None:
    batches: list[bytes] = []

    def stops_after_one(connection: socket.socket, request: bytes) -> None:
        if request.startswith(b"GET /health/live"):
            dies_in_the_middle(connection, request)
        elif request.startswith(b"POST"):
            batches.append(request)
            if len(batches) > 1:
                connection.close()
                return
            answer = b'{"accepted":500,"duplicates":0,"rejected":[]}'
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(answer), answer))

    path = tmp_path / "runs.ndjson"
    path.write_bytes(b"{}\n" * 700)
    with answering(stops_after_one) as url, owned(tmp_path / "d", url=url):
        line = the_line(quantrail(tmp_path / "d", "import", "ndjson", str(path), "--user", "민지"))
    assert "500 of 700 lines were dealt with: import it again" in line


def test_an_owner_that_hangs_is_told_within_the_time_allowed(tmp_path: Path) -> None:
    async def ask() -> None:
        settings = Settings.of({"QUANTRAIL_DATA_DIR": str(tmp_path)})
        async with reach(settings, "usage", patience_seconds=0.2):
            raise AssertionError("nobody can be reached")

    with answering(says_nothing) as url, owned(tmp_path, url=url), pytest.raises(Failed, match="does not answer"):
        asyncio.run(ask())


@pytest.mark.parametrize("text", [None, "{broken", "[]", '{"pid": 5}'])
def test_an_owner_that_says_nothing_of_itself_is_waited_for_and_told(tmp_path: Path, text: str | None) -> None:
    async def ask() -> None:
        settings = Settings.of({"QUANTRAIL_DATA_DIR": str(tmp_path)})
        async with reach(settings, "usage", patience_seconds=0.2):
            raise AssertionError("nobody can be reached")

    with owned(tmp_path, url=None, text=text), pytest.raises(Failed, match="does not answer"):
        asyncio.run(ask())


def test_an_owner_file_that_was_left_behind_stops_nobody(tmp_path: Path) -> None:
    with owned(tmp_path, url="http://127.0.0.1:9"):
        pass
    assert quantrail(tmp_path, "usage").returncode == 0


def test_a_reader_that_has_read_enough_is_no_failure_to_speak_of(tmp_path: Path) -> None:
    for command in ("quantrail --help", "quantrail usage", "quantrail usage --json"):
        closed = in_a_shell(tmp_path, f"{command} | head -0; exit ${{PIPESTATUS[0]}}")
        assert closed.stderr == "", command
        assert closed.returncode in (0, 1)


def test_an_output_that_is_full_is_one_line(tmp_path: Path) -> None:
    assert "No space left" in the_line(in_a_shell(tmp_path, "quantrail usage > /dev/full"))


def test_an_output_that_is_closed_is_no_failure(tmp_path: Path) -> None:
    assert in_a_shell(tmp_path, "quantrail usage >&-").returncode == 0


@pytest.mark.parametrize(
    "locale",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
)
def test_korean_goes_in_and_out_whatever_the_locale(tmp_path: Path, locale: dict[str, str]) -> None:
    path = tmp_path / "runs.ndjson"
    path.write_text(json.dumps(a_body(), ensure_ascii=False), encoding="utf-8")
    assert quantrail(tmp_path, "import", "ndjson", str(path), "--user", "민지", **locale).returncode == 0
    plain = quantrail(tmp_path, "search", "샤프 0.5 이상", "--user", "민지", **locale)
    assert (plain.returncode, plain.stderr) == (0, "")
    found = quantrail(tmp_path, "search", "샤프 0.5 이상", "--user", "민지", "--json", **locale)
    (result,) = json.loads(found.stdout)["results"]
    assert result["backtest"]["strategy"]["name"] == "RSI 과매도 반등"


def test_an_argument_that_is_no_text_is_bad_usage(tmp_path: Path) -> None:
    refused = in_a_shell(tmp_path, r"quantrail search $'\xff\xfe' --user u")
    assert refused.returncode == 2
    assert "not UTF-8" in refused.stderr


def test_an_id_with_signs_of_an_address_is_just_not_found(tmp_path: Path) -> None:
    assert "no key '../x?y'" in the_line(quantrail(tmp_path, "keys", "revoke", "../x?y"))


def test_a_number_out_of_range_is_bad_usage_and_the_demo_heeds_no_settings(tmp_path: Path) -> None:
    refused = quantrail(tmp_path, "demo", "--count", "99", QUANTRAIL_PORT="eighty")
    assert refused.returncode == 2
    assert "from 100 to 150" in refused.stderr
    assert "QUANTRAIL_PORT" not in refused.stderr


def in_a_terminal(folder: Path, *arguments: str, columns: int = 100) -> str:
    """What a command shows on a terminal of that width."""
    leader, follower = pty.openpty()
    environment = an_environment(folder, {"COLUMNS": str(columns), "TERM": "xterm"})
    command = [sys.executable, "-m", "entrypoints.cli.main", *arguments]
    with subprocess.Popen(command, env=environment, stdin=follower, stdout=follower, stderr=follower) as process:
        os.close(follower)
        shown = b""
        try:
            while piece := os.read(leader, 65_536):
                shown += piece
        except OSError:
            pass  # the end of a terminal
        finally:
            os.close(leader)
        assert process.wait(timeout=60) == 0, shown.decode()
    return shown.decode()


def test_a_terminal_has_a_progress_bar_and_colour_and_a_pipe_has_neither(tmp_path: Path) -> None:
    path = tmp_path / "runs.ndjson"
    path.write_text("\n".join(json.dumps(a_body(backtest_id=f"bt-{i}")) for i in range(5)), encoding="utf-8")
    shown = in_a_terminal(tmp_path / "a", "import", "ndjson", str(path), "--user", "민지")
    assert "recording" in shown
    assert "\x1b[" in shown
    piped = quantrail(tmp_path / "b", "import", "ndjson", str(path), "--user", "민지")
    assert piped.stdout == "5 stored, 0 there already, 0 refused\n"
    assert piped.stderr == ""


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_no_word_of_a_listing_is_lost_on_a_narrow_terminal(tmp_path: Path, columns: int) -> None:
    made = json.loads(quantrail(tmp_path, "keys", "create", "--user", "민지", "--name", "노트북", "--json").stdout)
    assert quantrail(tmp_path, "search", "샤프 0.5 이상", "--user", "민지").returncode == 0
    keys = _without_colour(in_a_terminal(tmp_path, "keys", "list", columns=columns))
    assert all(word in keys for word in (made["key_id"], "민지", "노트북", "user"))
    usage = _without_colour(in_a_terminal(tmp_path, "usage", "--group-by", "day,user,service", columns=columns))
    assert all(word in usage for word in ("service", "attempts", "all"))
    assert all(cell_len(line) <= columns for line in (keys + usage).splitlines())


def test_a_listing_in_a_pipe_folds_nothing(tmp_path: Path) -> None:
    name = "a name that takes " + "its time " * 15
    assert quantrail(tmp_path, "keys", "create", "--user", "민지", "--name", name.strip()).returncode == 0
    assert name.strip() in quantrail(tmp_path, "keys", "list").stdout


def test_a_table_with_korean_is_straight_at_any_width(tmp_path: Path) -> None:
    path = tmp_path / "runs.ndjson"
    path.write_text(json.dumps(a_body(), ensure_ascii=False), encoding="utf-8")
    assert quantrail(tmp_path, "import", "ndjson", str(path), "--user", "민지").returncode == 0
    piped = quantrail(tmp_path, "search", "샤프 0.5 이상", "--user", "민지").stdout
    table = [line for line in piped.splitlines() if line.startswith(("|", "+"))]
    assert len({cell_len(line) for line in table}) == 1
    assert "RSI 과매도 반등" in piped
    for columns in (60, 80, 200):
        shown = in_a_terminal(tmp_path, "search", "샤프 0.5 이상", "--user", "민지", columns=columns)
        assert all(cell_len(line) <= columns for line in _without_colour(shown).splitlines())
        assert "45.2%" in shown


def _without_colour(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
