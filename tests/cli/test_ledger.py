import json
import sqlite3
from pathlib import Path

from tests.cli.process import quantrail
from tests.http.service import a_body


def a_folder_with_calls(folder: Path) -> Path:
    runs = folder / "runs.ndjson"
    runs.write_text(json.dumps(a_body(), ensure_ascii=False) + "\n", encoding="utf-8")
    data = folder / "data"
    assert quantrail(data, "import", "ndjson", str(runs), "--user", "민지").returncode == 0
    assert quantrail(data, "search", "안정적인 전략", "--user", "민지").returncode == 0
    return data


def test_a_ledger_is_verified_and_what_was_spoilt_is_named_in_a_line(tmp_path: Path) -> None:
    data = a_folder_with_calls(tmp_path)
    sound = quantrail(data, "ledger", "verify")
    assert (sound.returncode, sound.stderr) == (0, ""), sound.stderr
    assert "no difference" in sound.stdout
    with sqlite3.connect(data / "quantrail.db") as connection:
        connection.execute("UPDATE budget_counters SET spent = spent + 1000000000000 WHERE subject = '민지'")
    connection.close()
    spoilt = quantrail(data, "ledger", "verify")
    assert spoilt.returncode == 1
    assert spoilt.stderr == "quantrail: the ledger differs from its rows in one place\n"
    [line] = [line for line in spoilt.stdout.splitlines() if line.startswith("counter ")]
    assert "of 민지" in line
    assert line.endswith("expected spent 0 usd, found spent 1 usd")
    told = quantrail(data, "ledger", "verify", "--json")
    assert told.returncode == 1
    [difference] = json.loads(told.stdout)["differences"]
    assert (difference["check"], difference["found"]) == ("counter", "spent 1 usd")
