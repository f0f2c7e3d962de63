import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import quantrail, serving

Json = Any
BUILD = "/api/v1/strategy-builder"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose ledger holds two calls of today."""
    path = tmp_path_factory.mktemp("reconcile") / "data"
    with serving(path) as service:
        for request in ("RSI 30 아래에서 매수", "MACD 골든크로스에서 매수"):
            service.json("POST", BUILD, {"request": request}, user="민지")
    return path


@pytest.fixture(scope="module")
def rows(folder: Path) -> list[Json]:
    listed = quantrail(folder, "usage", "--entries", "--service", "strategy_builder", "--limit", "2", "--json")
    answer = json.loads(listed.stdout)
    assert (len(answer["entries"]), answer["more"]) == (2, False)
    entries: list[Json] = answer["entries"]
    return entries


def an_invoice(folder: Path, *lines: str) -> str:
    path = folder.parent / "청구서 2026년 11월.csv"
    header = "시각,model,input_tokens,output_tokens,cost_usd,메모"
    path.write_text("\ufeff" + "\r\n".join([header, *lines]) + "\r\n", encoding="utf-8")
    return str(path)


def line_of(row: Json) -> str:
    return (
        ",".join(str(row[name]) for name in ("at", "model_id", "input_tokens", "output_tokens", "cost_usd")) + ",메모"
    )


def test_an_invoice_that_agrees_is_exit_code_0(folder: Path, rows: list[Json]) -> None:
    done = quantrail(folder, "ledger", "reconcile", an_invoice(folder, *map(line_of, rows)), "--tolerance", "0%")
    assert (done.returncode, done.stderr) == (0, "")
    assert "lines used: 2; columns not used: 메모" in done.stdout
    assert "every figure is within 0.00% of the invoice's" in done.stdout
    assert "agrees" in done.stdout


def test_a_difference_is_exit_code_1_with_a_line_each_and_the_row_behind_it(folder: Path, rows: list[Json]) -> None:
    done = quantrail(folder, "ledger", "reconcile", an_invoice(folder, line_of(rows[0])))
    day = datetime.now(UTC).date()
    complaints = done.stderr.splitlines()
    assert done.returncode == 1
    assert complaints[0] == f"quantrail: {day} gpt-4o-mini: calls: the ledger has 2, the invoice 1 (+100.00%)"
    assert all(complaint.startswith(f"quantrail: {day} gpt-4o-mini: ") for complaint in complaints)
    assert "no partner" in done.stdout
    assert rows[1]["entry_id"][:13] in done.stdout
    assert rows[0]["entry_id"] not in done.stdout.replace("\n", "")


def test_a_line_that_cannot_be_read_is_a_failure_though_the_rest_agrees(folder: Path, rows: list[Json]) -> None:
    path = an_invoice(folder, line_of(rows[0]), "언젠가,gpt-4o-mini,1,1,1,x", line_of(rows[1]))
    done = quantrail(folder, "ledger", "reconcile", path)
    assert done.returncode == 1
    said = "line 3 time: '언젠가' is no time such as 2026-11-20T09:30:00Z"
    assert done.stderr.splitlines() == [f"quantrail: {path}: 1 of its lines cannot be read: {said}"]
    assert "agrees" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--tolerance", "half"), "--tolerance must be a share from 0 to 1"),
        (("--tolerance", "150%"), "--tolerance must be a share from 0 to 1"),
        (("--from", "soon"), "from: "),
        (("--rows", "0"), "rows: must be from 1 to 500"),
        (("--only", "팀=퀀트"), "has no column 팀"),
    ],
)
def test_an_option_that_cannot_be_used_is_one_line(
    folder: Path, rows: list[Json], arguments: tuple[str, ...], says: str
) -> None:
    done = quantrail(folder, "ledger", "reconcile", an_invoice(folder, line_of(rows[0])), *arguments)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert says in line


def test_an_invoice_that_states_nothing_is_a_failure(folder: Path) -> None:
    done = quantrail(folder, "ledger", "reconcile", an_invoice(folder, "2026-11-20T09:30:00Z,gpt-4o,,,,x"))
    assert done.returncode == 1
    assert done.stderr == "quantrail: no line of the invoice states calls, tokens or cost\n"


@pytest.mark.parametrize("options", [("--entries", "--group-by", "day"), ("--limit", "0"), ("--limit", "열")])
def test_options_of_a_listing_that_mean_nothing_are_bad_usage(folder: Path, options: tuple[str, ...]) -> None:
    done = quantrail(folder, "usage", *options)
    assert done.returncode == 2
    assert "error: argument" in done.stderr


def test_rows_are_listed_with_their_status_and_summed_by_it(folder: Path) -> None:
    listed = quantrail(folder, "usage", "--entries", "--status", "settled", "--limit", "1")
    assert listed.returncode == 0, listed.stderr
    assert "there are more: raise --limit" in listed.stdout
    assert "민지" in listed.stdout
    nothing = quantrail(folder, "usage", "--status", "unknown", "--json")
    assert json.loads(nothing.stdout)["total"]["attempts"] == 0
