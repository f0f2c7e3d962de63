"""What the crash tests would miss if their own bookkeeping did: each fault is made, and seen."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.crash.accounts import charged, differences
from tests.crash.books import Book, Row
from tests.crash.points import Point, Trap
from tests.crash.statements import Statements
from tests.doubles.invoice import Line

USAGE = {"prompt_tokens": 1_000, "completion_tokens": 50}


def a_call(**changes: object) -> Line:
    line = {"marker": "markabcdefghijkl", "model": "gpt-4o", "usage": USAGE, "cost_usd": "0.003", "note": "ok"}
    return line | changes


def a_row(**changes: object) -> Row:
    row: Row = {
        "entry_id": "e-1", "request_id": "markabcdefghijkl", "model_id": "gpt-4o", "status": "settled",
        "input_tokens": 1_000, "cached_input_tokens": 0, "cache_write_tokens": 0, "output_tokens": 50,
        "reasoning_tokens": 0, "cost_usd": 3_000_000_000,
    }  # fmt: skip
    return row | changes


def a_hold(**changes: object) -> Row:
    hold: Row = {
        "entry_id": "e-1", "rule": "each", "unit": "usd", "starts_at": 0, "ends_at": 1, "subject": "민지",
        "amount": 5_000_000_000, "spent": 3_000_000_000,
    }  # fmt: skip
    return hold | changes


def a_counter(**changes: object) -> Row:
    counter: Row = {"rule": "each", "unit": "usd", "starts_at": 0, "ends_at": 1, "subject": "민지"}
    return counter | {"spent": 3_000_000_000, "held": 0} | changes


WHOLE = Book(rows=[a_row()], holds=[a_hold()], counters=[a_counter()])
FAILED = {"status": "failed", "cost_usd": 0, "input_tokens": 0, "output_tokens": 0}
DEARER = {"status": "unknown", "cost_usd": 3_000_000_001}
CHEAPER = {"status": "unknown", "cost_usd": 2_999_999_999}


@pytest.mark.parametrize(
    ("calls", "rows"),
    [
        ([a_call()], [a_row()]),
        ([a_call(usage=None, cost_usd=None)], [a_row(**FAILED)]),
        ([a_call(usage=None, cost_usd=None), a_call()], [a_row(**FAILED), a_row()]),
        ([a_call()], [a_row(**DEARER)]),
        ([], [a_row(**DEARER)]),
        ([a_call(marker="cardabcdefghijkl")] * 2, [a_row(request_id="index-7", **DEARER), a_row(request_id="index-8")]),
    ],
)
def test_what_is_accounted_for_is_no_difference(calls: list[Line], rows: list[Row]) -> None:
    assert differences(calls, rows) == []


@pytest.mark.parametrize(
    ("calls", "rows"),
    [
        ([a_call()], []),
        ([a_call(), a_call()], [a_row()]),
        ([a_call()], [a_row(), a_row()]),
        ([], [a_row()]),
        ([a_call()], [a_row(output_tokens=51)]),
        ([a_call()], [a_row(cost_usd=3_000_000_001)]),
        ([a_call()], [a_row(**FAILED)]),
        ([a_call()], [a_row(**CHEAPER)]),
        ([a_call()], [a_row(status="pending")]),
        ([a_call()], [a_row(request_id="markponmlkjihgfe")]),
        ([a_call()], [a_row(model_id="gpt-4o-mini")]),
        ([a_call(marker="cardabcdefghijkl")] * 2, [a_row(request_id="index-7")]),
    ],
)
def test_what_is_not_is_one(calls: list[Line], rows: list[Row]) -> None:
    assert differences(calls, rows) != []


def test_a_book_that_adds_up_has_no_faults() -> None:
    assert WHOLE.faults() == []
    assert replace(WHOLE, rows=[], holds=[], counters=[]).faults() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"rows": []},
        {"rows": [a_row(cost_usd=1)]},
        {"rows": [a_row(status="pending")]},
        {"holds": []},
        {"holds": [a_hold(spent=None)]},
        {"holds": [a_hold(), a_hold()]},
        {"counters": []},
        {"counters": [a_counter(spent=3_000_000_001)]},
        {"counters": [a_counter(held=1)]},
        {"counters": [a_counter(subject="june")]},
    ],
)
def test_a_book_that_does_not_add_up_has_some(changes: dict[str, Any]) -> None:
    assert replace(WHOLE, **changes).faults() != []


def test_the_invoice_comes_to_the_sum_of_what_was_charged() -> None:
    assert charged([a_call(), a_call(cost_usd=None), a_call(cost_usd="0.000000000001")]) == Decimal("0.003000000001")


@pytest.mark.parametrize(
    ("statements", "point"),
    [
        (["BEGIN IMMEDIATE", "INSERT INTO usage_entries (entry_id) VALUES ('e')", "COMMIT"], Point.IN_OPEN),
        (["BEGIN;", 'UPDATE "usage_entries" SET status = $1', "COMMIT;"], Point.IN_SETTLE),
        (["CREATE TABLE usage_entries (entry_id VARCHAR)"], Point.MIGRATING),
    ],
)
def test_a_point_within_a_transaction_is_reached_at_its_commit_and_not_before(
    tmp_path: Path, statements: list[str], point: Point
) -> None:
    trap = Spying(tmp_path / "trap.json")
    told = Statements(trap).of_a_connection()
    for statement in statements[:-1]:
        told(statement)
    assert trap.met == []
    told(statements[-1])
    assert trap.met == [point]


def test_what_is_rolled_back_reaches_nothing(tmp_path: Path) -> None:
    trap = Spying(tmp_path / "trap.json")
    told = Statements(trap).of_a_connection()
    for statement in ("BEGIN", "INSERT INTO usage_entries VALUES (1)", "ROLLBACK", "BEGIN", "SELECT 1", "COMMIT"):
        told(statement)
    assert trap.met == []


class Spying(Trap):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.met: list[Point] = []

    def reached(self, point: Point) -> None:
        self.met.append(point)
