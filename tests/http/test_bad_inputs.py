"""Every bad input of every table, sent to a service in a process of its own; nothing is lost over it."""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import Serving, serving
from tests.http.bad_input import BEARER, JSON, RUNS, STRANGER, USER, BadInput
from tests.http.bad_input_things import Things, things_of
from tests.http.bad_inputs import BAD_INPUTS, BATCH, a_run, as_json
from tests.http.bad_inputs_index import INDEX_ROWS
from tests.http.bad_inputs_keeping import KEEPING_ROWS
from tests.http.bad_inputs_more import CHAT_ROWS, MORE_BAD_INPUTS
from tests.http.bad_inputs_rules import RULE_ROWS
from tests.http.service import a_body
from tests.http.wire import Answer, exchange, written

Json = Any
SLOW_CONNECTIONS = 200
EVERY = [*BAD_INPUTS, *MORE_BAD_INPUTS, *RULE_ROWS, *KEEPING_ROWS, *INDEX_ROWS]


@pytest.fixture(scope="module")
def served() -> Iterator[Serving]:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as started:
        yield started


@pytest.fixture(scope="module")
def things(served: Serving) -> Things:
    made = things_of(served)
    served.json("POST", "/api/v1/strategy-builder", {"request": "RSI 14가 30 아래면 매수"}, user=USER)
    return made


def port_of(served: Serving) -> int:
    return int(served.url.rpartition(":")[2])


def held(served: Serving) -> Json:
    """What the stores hold: of both users, of the admin, who has nothing of his own, and of everybody."""
    paths = ("backtests?limit=500", "strategies", "narrative-reports", "chatops/sessions")
    theirs = [served.json("GET", f"/api/v1/{path}", user=user) for user in (USER, STRANGER, None) for path in paths]
    everybodys = ("admin/keys", "admin/audit?limit=500", "gen-ai/usage/entries?limit=500", "gen-ai/budgets")
    return theirs, [served.json("GET", f"/api/v1/{path}") for path in everybodys]


@pytest.fixture(scope="module")
def trial(served: Serving, things: Things) -> tuple[Json, dict[str, Answer], Json]:
    """What was held before, the answer to each bad input, and what was held after all of them."""
    before = held(served)
    answers = {bad.name: exchange(port_of(served), bad.request(things), method=bad.method.decode()) for bad in EVERY}
    return before, answers, held(served)


@pytest.mark.parametrize("bad", EVERY, ids=lambda bad: bad.name.encode("ascii", "replace").decode())
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
    assert {"title", "detail"} <= problem.keys()
    assert bad.says in problem["detail"]
    if bad.member is not None:
        assert bad.member in [fault["field"] for fault in problem["errors"]]
    assert b"Traceback" not in answer.body
    assert b".py" not in answer.body


def test_the_tables_are_long_and_name_each_case_once() -> None:
    assert len({bad.name for bad in EVERY}) == len(EVERY) >= 380


def test_after_all_of_them_the_stores_hold_what_they_held_before(trial: tuple[Json, dict[str, Answer], Json]) -> None:
    before, _, after = trial
    assert after == before
    assert len(before[0][0]["backtests"]) == 2
    assert all(not items for listed in before[0][8:] for name, items in listed.items() if name != "next_cursor")


def test_the_good_lines_of_a_batch_survive_every_bad_one_beside_them(served: Serving) -> None:
    bad = [bad.body for bad in BAD_INPUTS if bad.target == RUNS and 0 < len(bad.body) < 100_000 and not bad.headers]
    lines = [line for line in (body.replace(b"\n", b" ") for body in bad) if line.strip()]
    good = [as_json(a_body(backtest_id=f"bt-good-{n}")) for n in range(3)]
    body = b"\n".join([good[0], *lines, good[1], b"\xef\xbb\xbf", good[2]])
    headers = {b"Authorization": BEARER, b"X-User-Id": "알렉스".encode(), b"Content-Type": b"application/x-ndjson"}
    answer = exchange(port_of(served), written(b"POST", BATCH, headers, body))
    assert answer.status == 200, answer.body[:500]
    assert answer.document["accepted"] == 3
    assert [line["line"] for line in answer.document["rejected"]] == [*range(2, len(lines) + 2), len(lines) + 3]
    assert all(fault["message"] for line in answer.document["rejected"] for fault in line["errors"])


@pytest.mark.parametrize("backtest_id", ["2026/11/실험 1", "a%2Fb", "a\nb", "?#&", "한글 " * 40, "백테스트", "a+b"])
def test_an_id_of_any_signs_can_be_recorded_shown_and_deleted(served: Serving, backtest_id: str) -> None:
    path = RUNS + b"/" + b"".join(b"%%%02X" % byte for byte in backtest_id.encode())
    headers = {b"Authorization": BEARER, b"X-User-Id": b"jun", b"Content-Type": JSON}
    recorded = written(b"POST", RUNS, headers, as_json(a_body(backtest_id=backtest_id)))
    assert exchange(port_of(served), recorded).status == 201
    shown = exchange(port_of(served), written(b"GET", path, headers), method="GET")
    assert shown.document["backtest_id"] == backtest_id
    assert exchange(port_of(served), written(b"DELETE", path, headers), method="DELETE").status == 204
    assert exchange(port_of(served), written(b"GET", path, headers), method="GET").status == 404


@pytest.mark.parametrize("content_type", [b"text/plain", b"garbage", b"\xff\xfe", b"application/msgpack", b""])
def test_a_body_is_read_as_json_whatever_it_is_called(served: Serving, content_type: bytes) -> None:
    headers = {b"Authorization": BEARER, b"X-User-Id": b"sora", b"Content-Type": content_type}
    answer = exchange(port_of(served), written(b"POST", RUNS, headers, a_run()))
    assert answer.status in (200, 201)


@pytest.mark.parametrize("given", [b"x" * 129, b"a b", b"<script>", b"\xff", b"", "한글".encode()])
def test_a_request_id_of_another_form_is_replaced(served: Serving, given: bytes) -> None:
    headers = {b"Authorization": BEARER, b"X-Request-Id": given}
    answer = exchange(port_of(served), written(b"GET", RUNS, headers), method="GET")
    assert answer.status == 200
    assert answer.headers["x-request-id"].startswith("req-")


def test_heads_and_options_are_no_failures(served: Serving) -> None:
    for method, status, allowed in ((b"HEAD", 405, "GET"), (b"OPTIONS", 204, "OPTIONS")):
        headers = {b"Authorization": BEARER}
        answer = exchange(port_of(served), written(method, RUNS, headers), method=method.decode())
        assert answer.status == status
        assert allowed in answer.headers["allow"]
        assert not answer.body


def test_many_slow_connections_keep_nobody_waiting(served: Serving) -> None:
    with ExitStack() as stack:
        for _ in range(SLOW_CONNECTIONS):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", port_of(served)), timeout=60))
            slow.sendall(b"POST " + RUNS + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
        assert served.json("GET", "/health/live") == {"status": "alive"}
        assert len(served.json("GET", "/api/v1/backtests", user=USER)["backtests"]) == 2


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
