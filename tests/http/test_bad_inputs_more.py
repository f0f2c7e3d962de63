"""The second table of bad inputs, sent to a service in a process of its own; nothing is lost over it."""

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.process import ADMIN_KEY, Serving, serving
from tests.http.bad_inputs_more import CHAT_ROWS, MORE_BAD_INPUTS, STRANGER, USER, BadInput
from tests.http.bad_inputs_rules import RULE_ROWS
from tests.http.service import a_body, a_macd_body
from tests.http.wire import Answer, exchange

Json = Any
Things = dict[str, str]
LIVES_SECONDS = 1.0
EVERY_BAD_INPUT = [*MORE_BAD_INPUTS, *RULE_ROWS]


@pytest.fixture(scope="module")
def served() -> Iterator[Serving]:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as started:
        yield started


@pytest.fixture(scope="module")
def things(served: Serving) -> Things:
    """What the rows speak of, made over HTTP: two users, a session each, a report, and keys of each kind."""
    soon = (datetime.now(UTC) + timedelta(seconds=LIVES_SECONDS)).isoformat()
    expired = _key(served, expires_at=soon)["key"]
    served.json("POST", "/api/v1/backtests", a_body(), user=USER)
    served.json("POST", "/api/v1/backtests", a_macd_body(), user=USER)
    served.json("POST", "/api/v1/backtests", a_body(backtest_id="bt-of-alex"), user=STRANGER)
    report = {"backtest_id": "bt-of-alex"}
    made = {
        "admin": ADMIN_KEY,
        "nobody": "qt_nobody_has_this_key",
        "mine": _key(served)["key"],
        "service": _key(served, roles=["service"])["key"],
        "narrow": _key(served, services=["narrative_report"], models=["gpt-4o-mini"])["key"],
        "expired": expired,
        "revoked": _revoked(served),
        "rotated": _rotated(served),
        "session": served.json("POST", "/api/v1/chatops/sessions", {}, user=USER)["session_id"],
        "foreign_session": served.json("POST", "/api/v1/chatops/sessions", {}, user=STRANGER)["session_id"],
        "foreign_report": served.json("POST", "/api/v1/narrative-reports", report, user=STRANGER)["report_id"],
        "runs_cursor": served.json("GET", "/api/v1/backtests?limit=1", user=USER)["next_cursor"],
    }
    for key in (expired, made["rotated"]):
        _until_refused(served, key)
    served.until_indexed(USER)
    served.until_indexed(STRANGER)
    return made


def _key(served: Serving, **changes: object) -> Json:
    return served.json("POST", "/api/v1/admin/keys", {"user_id": USER, "roles": ["user"], **changes})


def _revoked(served: Serving) -> str:
    key = _key(served)
    served.json("DELETE", f"/api/v1/admin/keys/{key['key_id']}")
    return str(key["key"])


def _rotated(served: Serving) -> str:
    key = _key(served)
    served.json("POST", f"/api/v1/admin/keys/{key['key_id']}/rotate", {"overlap_seconds": 0})
    return str(key["key"])


def _until_refused(served: Serving, key: str) -> None:
    deadline = time.monotonic() + 30
    headers = {"Authorization": f"Bearer {key}"}
    while httpx.get(f"{served.url}/api/v1/backtests", headers=headers, trust_env=False).status_code != 401:
        assert time.monotonic() < deadline, "the key never ends"
        time.sleep(0.05)


def held(served: Serving) -> Json:
    """What the stores hold, of both users and of everybody."""
    paths = ("backtests?limit=500", "strategies", "narrative-reports", "chatops/sessions")
    theirs = [served.json("GET", f"/api/v1/{path}", user=user) for path in paths for user in (USER, STRANGER)]
    everybodys = ("admin/keys", "admin/audit?limit=500", "gen-ai/usage/entries?limit=500", "gen-ai/budgets")
    return theirs, [served.json("GET", f"/api/v1/{path}") for path in everybodys]


@pytest.fixture(scope="module")
def trial(served: Serving, things: Things) -> tuple[Json, dict[str, Answer], Json]:
    """What was held before, the answer to each bad input, and what was held after all of them."""
    port = int(served.url.rpartition(":")[2])
    before = held(served)
    answers = {bad.name: exchange(port, bad.request(things), method=bad.method.decode()) for bad in EVERY_BAD_INPUT}
    return before, answers, held(served)


@pytest.mark.parametrize("bad", EVERY_BAD_INPUT, ids=lambda bad: bad.name.encode("ascii", "replace").decode())
def test_a_bad_input_is_refused_and_the_member_named(
    bad: BadInput, trial: tuple[Json, dict[str, Answer], Json]
) -> None:
    answer = trial[1][bad.name]
    assert answer.status == bad.status, answer.body[:1_000]
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.document
    assert problem["type"] == f"urn:quantrail:problem:{bad.type}"
    assert problem["status"] == bad.status
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert bad.says in problem["detail"]
    if bad.member is not None:
        assert bad.member in [fault["field"] for fault in problem["errors"]]
    assert b"Traceback" not in answer.body


def test_the_table_is_long_and_names_each_case_once() -> None:
    assert len({bad.name for bad in EVERY_BAD_INPUT}) == len(EVERY_BAD_INPUT) >= 170


def test_after_all_of_them_the_stores_hold_what_they_held_before(trial: tuple[Json, dict[str, Answer], Json]) -> None:
    before, _, after = trial
    assert after == before


def test_a_stream_that_cannot_begin_is_an_error_like_any_other(trial: tuple[Json, dict[str, Answer], Json]) -> None:
    streamed = [bad for bad in CHAT_ROWS if b'"stream": true' in bad.body]
    assert len(streamed) > 10
    assert all(trial[1][bad.name].headers["content-type"] == "application/problem+json" for bad in streamed)


def test_what_is_foreign_answers_as_what_is_not_there(trial: tuple[Json, dict[str, Answer], Json]) -> None:
    for foreign, nobody in (
        ("session: of somebody else", "session: of nobody"),
        ("reports: of somebody else", "reports: of nobody"),
        ("chat: in a session of somebody else", "chat: in a session of nobody"),
        ("compare: a run of somebody else", "compare: a run of nobody"),
        ("export: of somebody else", "export: of nobody"),
    ):
        one, other = trial[1][foreign].document, trial[1][nobody].document
        assert one.keys() == other.keys()
        assert (one["type"], one["title"], one["kind"]) == (other["type"], other["title"], other["kind"])


def test_no_key_is_in_any_answer(trial: tuple[Json, dict[str, Answer], Json], things: Things) -> None:
    keys = [things[name].encode() for name in ("admin", "mine", "service", "narrow", "expired", "revoked", "rotated")]
    assert not any(key in answer.body for answer in trial[1].values() for key in keys)
