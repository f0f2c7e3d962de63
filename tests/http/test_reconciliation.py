from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.http.service import Caller, Service

RECONCILE, USAGE, BUILD = "/api/v1/admin/ledger/reconcile", "/api/v1/gen-ai/usage", "/api/v1/strategy-builder"
SNAPSHOT = "gpt-4o-mini-2024-07-18"
Json = Any


@pytest.fixture
async def rows(running: Service, minji: Caller) -> list[Json]:
    """What three strategies left in the ledger, oldest first."""
    for request in ("RSI 30 아래에서 매수", "MACD 골든크로스에서 매수", "볼린저 하단에서 매수하고 상단에서 매도"):
        await minji.post(BUILD, {"request": request}, 200)
    entries = (await running.admin.get(f"{USAGE}/entries?model=gpt-4o-mini"))["entries"]
    assert len(entries) == 3
    return list(reversed(entries))


def call_of(row: Json, **changes: object) -> dict[str, object]:
    """The row's call as a provider lists it."""
    buckets = ("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens", "cost_usd")
    return {"model": SNAPSHOT, "time": row["at"], **{name: row[name] for name in buckets}, **changes}


async def test_an_equal_invoice_is_within_tolerance(running: Service, rows: list[Json]) -> None:
    result = await running.admin.post(RECONCILE, {"lines": [call_of(row) for row in rows]})
    assert result["within_tolerance"] is True
    [account] = result["accounts"]
    assert (account["model"], account["ledger"]["calls"], account["differences"]) == ("gpt-4o-mini", 3, [])
    assert account["ledger"]["cost_usd"] == account["invoice"]["cost_usd"]
    assert result["names"] == {SNAPSHOT: "gpt-4o-mini"}
    assert (result["providers"], result["unknown_names"], result["left_out"]) == (["openai"], [], 0)
    assert account["uncertain"] == {"unknown": 0, "estimated": 0, "pending": 0, "failed": 0}


@pytest.mark.parametrize("missing", [0, 1, 2])
async def test_the_row_of_a_call_that_is_not_on_the_invoice_is_named(
    running: Service, rows: list[Json], missing: int
) -> None:
    lines = [call_of(row) for number, row in enumerate(rows) if number != missing]
    result = await running.admin.post(RECONCILE, {"lines": lines})
    assert result["within_tolerance"] is False
    [account] = result["accounts"]
    [suspect] = account["rows"]
    assert (suspect["doubts"], suspect["entry"]) == (["no_partner"], rows[missing])
    assert {"measure": "calls", "invoice": "2", "ledger": "3", "share": "0.5"} in account["differences"]
    assert account["calls"] == []


async def test_a_call_that_no_row_knows_is_listed_with_what_it_states(running: Service, rows: list[Json]) -> None:
    stranger = call_of(rows[1], output_tokens=77_000, request_id="req_낯선")
    result = await running.admin.post(RECONCILE, {"lines": [call_of(rows[0]), stranger, call_of(rows[2])]})
    [account] = result["accounts"]
    assert [suspect["entry"] for suspect in account["rows"]] == [rows[1]]
    [call] = account["calls"]
    assert (call["request_id"], call["stated"]["output_tokens"], call["stated"]["calls"]) == ("req_낯선", 77_000, 1)


async def test_sums_of_a_day_are_compared_as_they_are_stated(running: Service, rows: list[Json]) -> None:
    day = datetime.fromisoformat(rows[0]["at"]).date().isoformat()
    cost = sum(Decimal(row["cost_usd"]) for row in rows)
    line = {"day": day, "model": "gpt-4o-mini", "cost_usd": str(cost)}
    assert (await running.admin.post(RECONCILE, {"lines": [line]}))["within_tolerance"] is True
    off = line | {"cost_usd": str(cost * Decimal("1.0051"))}
    assert (await running.admin.post(RECONCILE, {"lines": [off]}))["within_tolerance"] is False
    assert (await running.admin.post(RECONCILE, {"lines": [off], "tolerance": "0.01"}))["within_tolerance"] is True


async def test_the_days_bound_both_books(running: Service, rows: list[Json]) -> None:
    day = datetime.fromisoformat(rows[0]["at"]).date().isoformat()
    lines = [{"day": "2026-01-02", "model": SNAPSHOT, "calls": 5}]
    early = await running.admin.post(RECONCILE, {"lines": lines, "from": "2026-01-01", "to": "2026-01-01"})
    assert (early["left_out"], early["accounts"], early["within_tolerance"]) == (1, [], True)
    wide = await running.admin.post(RECONCILE, {"lines": lines, "from": "2026-01-01", "to": day})
    assert [(a["day"], a["model"]) for a in wide["accounts"]] == [("2026-01-02", "gpt-4o-mini"), (day, "gpt-4o-mini")]


async def test_it_is_for_admins(running: Service, minji: Caller) -> None:
    platform = await running.user("platform", "service")
    lines = [{"day": "2026-11-20", "model": "gpt-4o", "calls": 1}]
    for caller in (minji, platform):
        await caller.post(RECONCILE, {"lines": lines}, 403)


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"lines": []}, "lines", "must not be empty"),
        ({"tolerance": "0.5 %"}, "tolerance", "a share from 0 to 1"),
        ({"tolerance": "NaN"}, "tolerance", "a share from 0 to 1"),
        ({"tolerance": "2"}, "tolerance", "a share from 0 to 1"),
        ({"rows": 0}, "rows", "from 1 to 500"),
        ({"from": "2026-11-21", "to": "2026-11-20"}, "from", "after the end"),
        ({"from": "0001-01-01"}, "from", "in the years"),
        ({"to": "9999-12-31"}, "to", "in the years"),
    ],
)
async def test_an_invoice_that_cannot_be_is_refused(
    running: Service, changes: dict[str, object], field: str, says: str
) -> None:
    body = {"lines": [{"day": "2026-11-20", "model": "gpt-4o", "calls": 1}], **changes}
    problem = await running.admin.post(RECONCILE, body, 422)
    [violation] = problem["errors"]
    assert violation["field"] == field
    assert says in violation["message"]


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"day": None}, "lines[1].day", "is missing"),
        ({"time": "2026-11-20T00:30:00+09:00"}, "lines[1].day", "is not the UTC day of its time, 2026-11-19"),
        ({"time": "2026-11-20T00:30:00"}, "lines[1].time", "offset"),
        ({"day": "0001-01-01"}, "lines[1].day", "in the years"),
        ({"calls": None}, "lines[1]", "states neither"),
        ({"calls": -1}, "lines[1].calls", "must be from 0"),
        ({"input_tokens": 10**16}, "lines[1].input_tokens", "must be from 0"),
        ({"cost_usd": "-0.1"}, "lines[1].cost_usd", "must be an amount"),
        ({"cost_usd": "0,1"}, "lines[1].cost_usd", "must be an amount"),
        ({"cost_usd": "Infinity"}, "lines[1].cost_usd", "must be an amount"),
        ({"cost_usd": "1e999999999"}, "lines[1].cost_usd", "must be an amount"),
        ({"model": ""}, "lines[1].model", "must have 1 to"),
        ({"model": "a\0b"}, "lines[1].model", "no NUL"),
        ({"request_id": "x" * 201}, "lines[1].request_id", "must have 1 to"),
    ],
)
async def test_a_line_that_cannot_be_is_named(
    running: Service, changes: dict[str, object], field: str, says: str
) -> None:
    good = {"day": "2026-11-20", "model": "gpt-4o", "calls": 1}
    problem = await running.admin.post(RECONCILE, {"lines": [good, good | changes]}, 422)
    [violation] = problem["errors"]
    assert violation["field"] == field
    assert says in violation["message"]


async def test_not_every_line_of_a_file_that_is_wrong_throughout_is_listed(running: Service) -> None:
    problem = await running.admin.post(RECONCILE, {"lines": [{"model": "gpt-4o"}] * 1_000}, 422)
    assert len(problem["errors"]) == 20
