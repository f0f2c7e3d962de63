"""Everything in the table of bad inputs, sent to a service in a process of its own; nothing is lost over it."""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import ADMIN_KEY, Serving, serving
from tests.http.bad_inputs import BAD_INPUTS, BATCH, BEARER, JSON, RUNS, USER, BadInput, a_run, as_json
from tests.http.service import a_body, a_macd_body
from tests.http.wire import Answer, exchange, written

Json = Any
SLOW_CONNECTIONS = 200


@pytest.fixture(scope="module")
def served() -> Iterator[Serving]:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as started:
        for body in (a_body(), a_macd_body()):
            started.json("POST", "/api/v1/backtests", body, user=USER)
        started.json("POST", "/api/v1/strategy-builder", {"request": "RSI 14가 30 아래면 매수"}, user=USER)
        started.until_indexed(USER)
        yield started


def port_of(served: Serving) -> int:
    return int(served.url.rpartition(":")[2])


def held(served: Serving) -> Json:
    """What the stores hold: runs, strategies, keys, the ledger, and the admin's own runs, of which there are none."""
    mine = [served.json("GET", f"/api/v1/{path}", user=USER) for path in ("backtests?limit=500", "strategies")]
    everybodys = [served.json("GET", path) for path in ("/api/v1/admin/keys", "/api/v1/gen-ai/usage/entries?limit=500")]
    return mine, everybodys, served.json("GET", "/api/v1/backtests")


@pytest.fixture(scope="module")
def trial(served: Serving) -> tuple[Json, dict[str, Answer], Json]:
    """What was held before, the answer to each bad input, and what was held after all of them."""
    before = held(served)
    answers = {bad.name: exchange(port_of(served), bad.request(), method=bad.method.decode()) for bad in BAD_INPUTS}
    return before, answers, held(served)


@pytest.mark.parametrize("bad", BAD_INPUTS, ids=lambda bad: bad.name.encode("ascii", "replace").decode())
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


def test_the_table_is_long_and_names_each_case_once() -> None:
    assert len({bad.name for bad in BAD_INPUTS}) == len(BAD_INPUTS) >= 60


def test_after_all_of_them_the_stores_hold_what_they_held_before(trial: tuple[Json, dict[str, Answer], Json]) -> None:
    before, _, after = trial
    assert after == before
    assert len(before[0][0]["backtests"]) == 2


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


def test_the_key_of_the_service_is_in_no_answer(trial: tuple[Json, dict[str, Answer], Json]) -> None:
    assert all(ADMIN_KEY.encode() not in answer.body for answer in trial[1].values())
