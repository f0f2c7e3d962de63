"""What `ledger reconcile` makes of an answer, whatever service gave it."""

import argparse
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from domain.invoice import Measure
from entrypoints.cli import reconciling
from entrypoints.cli.reach import Failed
from entrypoints.settings import Settings

Json = Any
NOTHING: dict[str, str | None] = dict.fromkeys(Measure)
ROW: Json = {
    "entry_id": "01a20c62-4426-7dcd-8e08-a7e96695eb9c", "at": "2026-11-20T09:30:00Z", "user_id": "민지@quant.kr",
    "service": "chatops", "input_tokens": 900, "output_tokens": 30, "cost_usd": "0.5",
}  # fmt: skip


def an_account(**changes: object) -> Json:
    return {
        "day": "2026-11-20", "model": "gpt-4o", "invoice": {**NOTHING, "cost_usd": "1"},
        "ledger": {**NOTHING, "calls": 2, "input_tokens": 5, "output_tokens": 1, "cost_usd": "1.5"},
        "uncertain": {"unknown": 1, "estimated": 0, "pending": 0, "failed": 3},
        "differences": [{"measure": "cost_usd", "invoice": "1", "ledger": "1.5", "share": "0.5"}],
        "rows": [], "calls": [], "not_looked_at": 0, **changes,
    }  # fmt: skip


def an_answer(*accounts: Json, **changes: object) -> Json:
    return {
        "from": "2026-11-20", "to": "2026-11-20", "tolerance": "0.005",
        "within_tolerance": not any(account["differences"] for account in accounts), "names": {"gpt-4o": "gpt-4o"},
        "unknown_names": [], "providers": ["openai"], "left_out": 0, "accounts": list(accounts), **changes,
    }  # fmt: skip


class Told:
    """A service that gives one answer, and what it was asked."""

    def __init__(self, answer: Json) -> None:
        self.answer = answer
        self.bodies: list[Json] = []

    async def ask(self, method: str, path: str, *, body: Json) -> Json:
        assert (method, path) == ("POST", "/api/v1/admin/ledger/reconcile")
        self.bodies.append(body)
        return self.answer


def reconciled(folder: Path, patch: pytest.MonkeyPatch, answer: Json, *, as_json: bool = False) -> Told:
    """The command on an invoice of one line."""
    told = Told(answer)

    @asynccontextmanager
    async def reach(settings: Settings, command: str) -> AsyncIterator[Told]:
        assert (settings.data_dir, command) == (folder, "ledger")
        yield told

    patch.setattr(reconciling, "reach", reach)
    path = folder / "청구서.csv"
    path.write_text("day,model,cost_usd\n2026-11-20,gpt-4o,1\n", encoding="utf-8")
    arguments = argparse.Namespace(
        invoice=[str(path)], only=None, since=None, until="2026-11-20", tolerance="0.5%", rows=50, json=as_json
    )
    reconciling.reconcile(Settings.of({"QUANTRAIL_DATA_DIR": str(folder)}), arguments)
    return told


def test_what_is_asked_is_the_invoice_and_what_was_wished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    agreeing = an_account(differences=[])
    told = reconciled(tmp_path, monkeypatch, an_answer(agreeing))
    assert told.bodies == [
        {
            "lines": [{"day": "2026-11-20", "model": "gpt-4o", "cost_usd": "1"}], "from": None, "to": "2026-11-20",
            "tolerance": "0.005", "covers": None, "rows": 50,
        }
    ]  # fmt: skip
    said = capsys.readouterr().out
    assert "lines used: 1" in said
    assert "2 | –" in said
    assert "6 | –" in said
    assert "1.5 | 1" in said
    assert "every figure is within 0.50% of the invoice's" in said


def test_rows_and_calls_behind_a_difference_are_told_with_their_reasons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call = {"model": "gpt-4o-2024-08-06", "time": None, "request_id": "req_1", "stated": {**NOTHING, "cost_usd": "9"}}
    account = an_account(rows=[{"doubts": ["unknown", "no_partner"], "entry": ROW}], calls=[call], not_looked_at=7)
    names = {"gpt-4o-2024-08-06": "gpt-4o", "gpt-x": "gpt-x"}
    answer = an_answer(account, names=names, unknown_names=["gpt-x"], left_out=4)
    with pytest.raises(Failed) as failed:
        reconciled(tmp_path, monkeypatch, answer)
    assert str(failed.value) == "2026-11-20 gpt-4o: cost_usd: the ledger has 1.5, the invoice 1 (+50.00%)"
    said = capsys.readouterr().out
    for words in (
        "gpt-4o-2024-08-06 is gpt-4o", "gpt-x is no model of the catalogue", "lines of other days, left out: 4",
        "unknown, no partner", ROW["entry_id"], "09:30:00Z", "민지@quant.kr", "req_1",
        "rows that were not looked at: 7",
    ):  # fmt: skip
        assert words in said
    assert "within" not in said


def test_a_difference_that_no_row_explains_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    off = {"measure": "calls", "invoice": "0", "ledger": "2", "share": None}
    with pytest.raises(Failed, match=r"calls: the ledger has 2, the invoice 0$"):
        reconciled(tmp_path, monkeypatch, an_answer(an_account(differences=[off])))
    assert "no row stands out" in capsys.readouterr().out


def test_for_a_program_it_is_the_answer_and_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = an_answer(an_account())
    with pytest.raises(Failed):
        reconciled(tmp_path, monkeypatch, answer, as_json=True)
    document = json.loads(capsys.readouterr().out)
    [file] = document.pop("files")
    assert document == answer
    assert (file["lines_used"], file["errors"], file["columns_not_used"]) == (1, [], [])
