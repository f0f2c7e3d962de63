"""What a hostile or careless client sends, and what it hears: status, type of the problem, and the member named."""

import gzip
import json
import unicodedata

from tests.cli.process import ADMIN_KEY
from tests.http.bad_input import (
    BAD_REQUEST,
    BEARER,
    NOT_FOUND,
    NUL,
    RUNS,
    SURROGATE,
    UNREADABLE,
    BadInput,
)
from tests.http.service import a_body

SEARCH, BATCH = RUNS + b"/search", RUNS + b"/batch"
BUILD, RAG = b"/api/v1/strategy-builder", b"/api/v1/strategy-builder/generate-with-rag"
KEYS, USAGE, ENTRIES = b"/api/v1/admin/keys", b"/api/v1/gen-ai/usage", b"/api/v1/gen-ai/usage/entries"
MB = 1_000_000
DEEP = 5_000


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


def a_run(**changes: object) -> bytes:
    return as_json(a_body(backtest_id="bt-bad", **changes) if "backtest_id" not in changes else a_body(**changes))


def with_number(old: str, member: str, written_as: str) -> bytes:
    body = a_run().decode()
    assert f'"{member}": {old}' in body
    return body.replace(f'"{member}": {old}', f'"{member}": {written_as}').encode()


def a_strategy(**changes: object) -> bytes:
    return a_run(strategy=a_body()["strategy"] | changes)


def refused(name: str, body: bytes, member: str) -> BadInput:
    return BadInput(name=name, body=body, status=422, type="impossible-backtest", member=member)


def a_question(name: str, member: str, *, body: bytes | None = None, **changes: object) -> BadInput:
    sent = as_json({"query": "RSI", **changes}) if body is None else body
    return BadInput(name=name, target=SEARCH, body=sent, status=422, type="invalid-question", member=member)


def a_filter(name: str, **condition: object) -> BadInput:
    asked = {"field": "sharpe_ratio", "op": ">", "value": 1} | condition
    return a_question(name, f"filters.{asked['field']}", filters=[asked])


def a_key(name: str, member: str, /, **changes: object) -> BadInput:
    body = as_json({"user_id": "새 사용자", "roles": ["user"], **changes})
    return BadInput(name=name, target=KEYS, body=body, status=422, type="refused", member=member)


def a_look(name: str, target: bytes, problem: tuple[int, str], member: str | None = None) -> BadInput:
    status, type_ = problem
    return BadInput(name=name, method=b"GET", target=target, status=status, type=type_, member=member)


def of_size(size: int) -> bytes:
    """A backtest whose body is as long as that."""
    bare = a_run(notes="")
    return a_run(notes="x" * (size - len(bare)))


def chunked(body: bytes, size: int = 65_536) -> bytes:
    pieces = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


CHUNKED = {b"Transfer-Encoding": b"chunked"}
A_FILTER = {"field": "start", "op": ">", "value": "2020-01-01"}

SIZES = [
    BadInput(name="just under 10 MB", body=of_size(10 * MB), status=422, type="impossible-backtest", member="notes"),
    BadInput(name="just over 10 MB", body=of_size(10 * MB + 1), status=413, type="body-too-large", says="10 MB"),
    BadInput(name="over 10 MB in chunks", body=chunked(of_size(11 * MB)), headers=CHUNKED, status=413,
             type="body-too-large", says="10 MB"),
    BadInput(name="a batch over 50 MB", target=BATCH, body=b"\n" * (50 * MB + 1), status=413, type="body-too-large",
             says="50 MB"),
    BadInput(name="a length that is only claimed", headers={b"Content-Length": b"99999999999"}, status=413,
             type="body-too-large", says="10 MB"),
    BadInput(name="no body", says="the body is missing", type="bad-request"),
    BadInput(name="an empty chunked body", body=chunked(b""), headers=CHUNKED, type="bad-request", says="missing"),
    BadInput(name="an empty batch", target=BATCH, says="the body is empty"),
]  # fmt: skip

ENCODINGS = [
    BadInput(name="a byte order mark", body=b"\xef\xbb\xbf" + a_run(), says="BOM"),
    BadInput(name="UTF-16", body=a_run().decode().encode("utf-16"), says="not UTF-8"),
    BadInput(name="EUC-KR", body=a_run().decode("unicode-escape").encode("euc-kr"), says="not UTF-8"),
    BadInput(name="a byte that is no UTF-8", body=b'{"backtest_id": "\xff"}', says="byte 17"),
    BadInput(name="half a surrogate pair in UTF-8", body=b'{"notes": "\xed\xa0\x80"}', says="not UTF-8"),
    BadInput(name="gzip", body=gzip.compress(a_run()), headers={b"Content-Encoding": b"gzip"}, says="not UTF-8"),
    BadInput(name="a form", body=b"backtest_id=bt-1", says="line 1, column 1",
             headers={b"Content-Type": b"application/x-www-form-urlencoded"}),
    BadInput(name="multipart", body=b"--x\r\n\r\n--x--\r\n", says="line 1",
             headers={b"Content-Type": b"multipart/form-data; boundary=x"}),
]  # fmt: skip

SURROGATES = [
    BadInput(name=f"half a surrogate pair in {name}", body=body, says="half of a surrogate pair")
    for name, body in {
        "the id": a_run(backtest_id=SURROGATE),
        "the notes": a_run(notes=SURROGATE),
        "the name": a_strategy(name=SURROGATE),
        "the description": a_strategy(description=SURROGATE),
        "the type": a_strategy(type=SURROGATE),
        "an indicator": a_strategy(indicators=[SURROGATE]),
        "a parameter": a_strategy(parameters={"a": SURROGATE}),
        "a parameter's name": a_strategy(parameters={SURROGATE: 1}),
        "a symbol": a_run(symbols=[SURROGATE]),
        "the timeframe": a_run(timeframe=SURROGATE),
        "the engine": a_run(source={"engine": SURROGATE}),
        "an unknown member": a_run(**{SURROGATE: 1}),
        "a date": a_run(start=SURROGATE),
    }.items()
] + [
    BadInput(name=f"half a surrogate pair in {name}", target=target, body=as_json(body), says="half of a surrogate")
    for name, target, body in (
        ("a question", SEARCH, {"query": SURROGATE}),
        ("a filter", SEARCH, {"query": "RSI", "filters": [{"field": SURROGATE, "op": "=", "value": 1}]}),
        ("a request", BUILD, {"request": SURROGATE}),
        ("a model", BUILD, {"request": "RSI", "model_id": SURROGATE}),
        ("a user", KEYS, {"user_id": SURROGATE, "roles": ["user"]}),
    )
]

NULS = [
    refused("NUL in the id", a_run(backtest_id=NUL), "backtest_id"),
    refused("NUL in the notes", a_run(notes=NUL), "notes"),
    refused("NUL in a symbol", a_run(symbols=["GOOG", NUL]), "symbols[1]"),
    refused("NUL in the timeframe", a_run(timeframe=NUL), "timeframe"),
    refused("NUL in the name", a_strategy(name=NUL), "strategy.name"),
    refused("NUL in a parameter", a_strategy(parameters={"a": NUL}), "strategy.parameters.a"),
    refused("NUL in a parameter's name", a_strategy(parameters={NUL: 1}), "strategy.parameters"),
    refused("NUL in the version", a_run(source={"version": NUL}), "source.version"),
    a_question("NUL in a question", "query", query=NUL),
    a_filter("NUL in a filter's value", field="timeframe", op="=", value=NUL),
    a_filter("NUL in a filter's parameter", field=f"parameters.{NUL}", op="="),
    a_key("NUL in a user", "user_id", user_id=NUL),
    a_key("NUL in the name of a key", "name", name=NUL),
    a_key("NUL in a service", "services", services=[NUL]),
    a_key("a service that there is not", "services", services=["chatops", "chat-ops"]),
    a_key("a model that there is not", "models", models=["gpt-4o-mni"]),
]

NUMBERS = [
    *(
        BadInput(name=f"a return of {text[:12]}", body=with_number("0.452", "total_return", text), member=member,
                 says=says)
        for text, member, says in (
            ("1e400", "metrics.total_return", "out of range"),
            ("1" + "0" * 400, "metrics.total_return", "out of range"),
            ("9" * DEEP, "metrics.total_return", "out of range"),
            ("NaN", None, "NaN is no JSON number; leave out what is undefined, or send null (line 1, column"),
            ("-Infinity", None, "-Infinity is no JSON number"),
            ("01", None, "line 1, column"),
            ("+1", None, "line 1, column"),
            ("0x10", None, "line 1, column"),
            ("true", "metrics.total_return", "bool"),
            ('"0.4"', "metrics.total_return", "str"),
        )
    ),
    BadInput(name="trades that are no whole number", body=with_number("48", "trade_count", "1.5"),
             member="metrics.trade_count"),
    BadInput(name="trades beyond what JSON holds", body=with_number("48", "trade_count", str(2**53 + 1)),
             member="metrics.trade_count"),
    refused("negative trades", with_number("48", "trade_count", "-1"), "metrics.trade_count"),
    refused("a parameter of 10**400", with_number("14", "length", "1" + "0" * 400), "strategy.parameters.length"),
    refused("a parameter of 2**63", with_number("14", "length", str(2**63)), "strategy.parameters.length"),
    refused("no capital", with_number("10000", "initial_capital", "-0.0"), "initial_capital"),
    a_question("a top_k of 2**70", "top_k", top_k=2**70),
    BadInput(name="a top_k of 1.5", target=SEARCH, body=b'{"query": "RSI", "top_k": 1.5}', member="top_k"),
    a_question("a similarity above 1", "min_similarity", min_similarity=1e300),
    a_filter("a filter of 10**400", value=10**400),
]  # fmt: skip

TIMES = [
    *(
        BadInput(name=f"a start of {text!r}", body=a_run(start=text), member="start")
        for text in (
            "0000-00-00",
            "10000-01-01",
            "2020-02-30",
            "2020-2-3",
            "２０２０-01-01",
            "2020-01-01T00:00:00Z",
            "",
        )
    ),
    refused("a start on the last day there is", a_run(start="9999-12-31"), "start"),
    *(
        refused(f"completed at {text}", a_run(completed_at=text), "completed_at")
        for text in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2020-01-01T00:00:00")
    ),
    *(
        BadInput(name=f"completed at {text}", body=a_run(completed_at=text), member="completed_at")
        for text in ("2020-01-01T00:00:00+25:00", "2020-01-01T24:00:00Z", "2016-12-31T23:59:60Z", "2020-01-01", "지금")
    ),
    a_filter("a filter on the year 0", field="start", value="0000-00-00"),
    a_filter("a filter past the calendar", field="completed_at", value="9999-12-31T23:59:59-12:00"),
    a_key("a key that expires past the calendar", "expires_at", expires_at="9999-12-31T23:59:59-12:00"),
    a_key("a key that expired before the calendar", "expires_at", expires_at="0001-01-01T00:00:00+14:00"),
    a_look("usage from the year 0", USAGE + b"?from=0000-00-00", UNREADABLE, "from"),
    a_look("usage past the calendar", USAGE + b"?to=9999-12-31T23:59:59-12:00", UNREADABLE, "to"),
    a_look("usage before the calendar", ENTRIES + b"?from=0001-01-01T00:00:00%2B14:00", UNREADABLE, "from"),
    a_look("usage from after to", USAGE + b"?from=2026-12-01&to=2026-01-01", (422, "refused"), "from"),
    a_look("usage without an offset", USAGE + b"?from=2026-01-01T00:00:00", UNREADABLE, "from"),
]

SHAPES = [
    BadInput(name="null", body=b"null", says="`null`"),
    BadInput(name="a list", body=b"[]", says="`array`"),
    BadInput(name="an unknown member in Korean", body=a_run(메모=1), member="메모"),
    BadInput(name="an unknown metric in Korean", body=a_run(metrics={"total_return": 1, "수익": 2}),
             member="metrics.수익"),
    BadInput(name="an unknown member in a list", target=SEARCH, member="filters[1].extra",
             body=as_json({"query": "RSI", "filters": [A_FILTER, A_FILTER | {"extra": 1}]})),
    BadInput(name="an unknown member twice", body=b'{"x": 1, "x": 2}', member="x"),
    BadInput(name="a required member that is missing", body=b"{}", member="backtest_id"),
    BadInput(name="a member that NFD spells otherwise", member=unicodedata.normalize("NFD", "메모"),
             body=a_run(**{unicodedata.normalize("NFD", "메모"): 1})),
    BadInput(name="a null where none may be", body=a_run(metrics=None), member="metrics"),
    BadInput(name="a list that never ends", body=b'{"notes": ' + b"[" * DEEP + b"]" * DEEP + b"}", member="notes"),
    BadInput(name="objects in objects", body=b'{"zz": ' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}", member="zz"),
    BadInput(name="brackets only", body=b"[" * 100_000, says="the body"),
    BadInput(name="a batch of brackets", target=BATCH, body=b"[" * 100_000, says="the body"),
    BadInput(name="a batch that breaks off", target=BATCH, body=b"[" + a_run() + b",]", says="line 1, column"),
    BadInput(name="a family that is unknown", body=a_strategy(type="scalping"), member="strategy.type"),
    BadInput(name="a model_id that is a number", target=BUILD, body=b'{"request": "RSI", "model_id": 5}',
             member="model_id"),
    BadInput(name="a language that is unknown", target=BUILD, body=b'{"request": "RSI", "language": "jp"}',
             member="language"),
    BadInput(name="a role that is unknown", target=KEYS, body=b'{"user_id": "u", "roles": ["root"]}',
             member="roles[0]"),
]  # fmt: skip

LENGTHS = [
    refused("10,000 symbols", a_run(symbols=["GOOG"] * 10_000), "symbols"),
    refused("no symbols", a_run(symbols=[]), "symbols"),
    refused("a blank symbol", a_run(symbols=[" "]), "symbols[0]"),
    refused("10,000 indicators", a_strategy(indicators=["rsi"] * 10_000), "strategy.indicators"),
    refused("10,000 parameters", a_strategy(parameters={f"p{n}": n for n in range(10_000)}), "strategy.parameters"),
    refused("a parameter without a name", a_strategy(parameters={"": 1}), "strategy.parameters"),
    refused("a parameter with a long name", a_strategy(parameters={"x" * 301: 1}), "strategy.parameters"),
    refused("a long parameter", a_strategy(parameters={"a": "가" * 301}), "strategy.parameters.a"),
    refused("an empty id", a_run(backtest_id=""), "backtest_id"),
    refused("a long id", a_run(backtest_id="가" * 201), "backtest_id"),
    refused("an id that is an address of the service", a_run(backtest_id="search"), "backtest_id"),
    refused("an id that clients resolve", a_run(backtest_id=".."), "backtest_id"),
    refused("long notes", a_run(notes="가" * 20_001), "notes"),
    refused("a long timeframe", a_run(timeframe="d" * 301), "timeframe"),
    refused("a long engine", a_run(source={"engine": "e" * 301}), "source.engine"),
    refused("a long name", a_strategy(name="가" * 301), "strategy.name"),
    a_question("an empty question", "query", query=""),
    a_question("a question of nothing but space", "query", query=" \u3000\n"),
    a_question("a long question", "query", query="가" * 4_001),
    a_question("1,000 filters", "filters", filters=[{"field": "sharpe_ratio", "op": ">", "value": 0}] * 1_000),
    a_filter("a list of 100,000", field="symbols", op="in", value=[f"S{n}" for n in range(100_000)]),
    a_filter("an empty list", field="symbols", op="in", value=[]),
    a_filter("a field that is none", field="샤프", op="="),
    BadInput(name="an empty request", target=BUILD, body=b'{"request": " "}', status=422, type="invalid-question",
             member="request"),
    BadInput(name="a long request", target=RAG, body=as_json({"request": "가" * 4_001}), status=422,
             type="invalid-question", member="request"),
    BadInput(name="a model that is unknown", target=BUILD, body=as_json({"request": "RSI", "model_id": "없는 모델"}),
             status=422, type="unknown-model", member="model_id"),
    a_key("a key for nobody", "user_id", user_id=""),
    a_key("a key without roles", "roles", roles=[]),
    a_key("a key with a long name", "name", name="x" * 201),
    a_key("a key for 101 models", "models", models=[f"m{n}" for n in range(101)]),
    BadInput(name="an overlap below 0", target=KEYS + b"/nope/rotate", body=b'{"overlap_seconds": -1}', status=422,
             type="refused", member="overlap_seconds"),
]  # fmt: skip

IDS = [
    a_look(f"the id {shown!r}", RUNS + b"/" + shown, NOT_FOUND)
    for shown in (b"%00", b"a%00b", b"a%2Fb", b"%2e%2e%2Fkeys", b"%ff", b"%zz", b"%", b"%ED%95%9C%EA%B8%80",
                  b"x" * 300, b"%ED%A0%80", b"..", b"a%1fb", b"BT-2041")
] + [
    a_look("a path upwards", RUNS + b"/../keys", NOT_FOUND),
    a_look("a strategy of nobody", b"/api/v1/strategies/%00", NOT_FOUND),
    a_look("a service of nobody", b"/api/v1/gen-ai/models/%EC%97%86%EC%9D%8C", NOT_FOUND),
    BadInput(name="a key of nobody", method=b"DELETE", target=KEYS + b"/%00", status=404, type="not-found"),
    BadInput(name="deleting a batch", method=b"DELETE", target=BATCH, status=405, type="method-not-allowed"),
]  # fmt: skip

QUERIES = [
    *(
        a_look(f"the query {query[:40]!r}", RUNS + b"?" + query, problem, member)
        for query, problem, member in (
            (b"limit=0", BAD_REQUEST, "limit"),
            (b"limit=-1", BAD_REQUEST, "limit"),
            (b"limit=1" + b"0" * 400, BAD_REQUEST, "limit"),
            (b"limit=%EF%BC%95", BAD_REQUEST, "limit"),
            (b"limit=", BAD_REQUEST, "limit"),
            (b"limit=1&limit=2", UNREADABLE, "limit"),
            (b"cursor=", UNREADABLE, "cursor"),
            (b"cursor=%ff%00", UNREADABLE, "cursor"),
            (b"cursor=" + b"A" * 30_000, UNREADABLE, "cursor"),
            (b"limmit=5", UNREADABLE, "limmit"),
            (b"x=" + b"a" * 60_000, UNREADABLE, "x"),
        )
    ),
    a_look("a cursor of another list", ENTRIES + b"?cursor=YmFja3Rlc3RzAABh", UNREADABLE, "cursor"),
    a_look("groups of nothing known", USAGE + b"?group_by=day,%00", UNREADABLE, "group_by"),
    a_look("groups given twice", USAGE + b"?group_by=day&group_by=user", UNREADABLE, "group_by"),
    a_look("a status that is unknown", USAGE + b"?status=paid", BAD_REQUEST, "status"),
    a_look("a tier that is unknown", b"/api/v1/gen-ai/models?tier=", BAD_REQUEST, "tier"),
]

CALLERS = [
    *(
        BadInput(name=f"the credential {given[:24]!r} of {len(given)} bytes", method=b"GET", status=401,
                 type="unauthenticated", headers={b"Authorization": given})
        for given in (b"", b"Bearer", b"Basic YTpi", ADMIN_KEY.encode(), b"Bearer \xff\xfe", BEARER + b", " + BEARER,
                      BEARER + b" x", b"Bearer " + b"x" * 30_000, b"Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
                      b"Bearer eyJ" + b"b" * 30_000 + b".e30.AAAA", b"Bearer qt_" + b"\xed\x82\xa4" * 15)
    ),
    BadInput(name="two credentials", method=b"GET", headers={b"authorization": b"Bearer another"},
             member="authorization"),
    BadInput(name="two users", method=b"GET", headers={b"x-user-id": b"alex"}, member="x-user-id"),
    BadInput(name="no user", method=b"GET", headers={b"X-User-Id": b""}, status=422, type="refused",
             member="user_id"),
    BadInput(name="a long user", method=b"GET", headers={b"X-User-Id": b"x" * 201}, status=422, type="refused",
             member="user_id"),
]  # fmt: skip

METHODS = [
    BadInput(name=f"the method {method.decode()}", method=method, status=405, type="method-not-allowed")
    for method in (b"TRACE", b"PUT", b"PATCH", b"PROPFIND")
]

_HEAD = b"GET " + RUNS + b" HTTP/1.1\r\nHost: x\r\nAuthorization: " + BEARER + b"\r\n"
NO_HTTP = [
    BadInput(name=name, raw=raw, says="Invalid HTTP request")
    for name, raw in (
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"),
        ("a method of nobody", b"FOO " + RUNS + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("a line feed in a header", _HEAD + b"X-Request-Id: a\rb\r\n\r\n"),
        ("NUL in a header", _HEAD + b"X-Request-Id: a\0b\r\n\r\n"),
        ("a header in the path", b"GET " + RUNS + b"/%0d%0aX: y HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("a negative length", _HEAD + b"Content-Length: -1\r\n\r\n"),
        ("two lengths at once", _HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("a chunk of no size", _HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
    )
]

BAD_INPUTS = [
    *SIZES, *ENCODINGS, *SURROGATES, *NULS, *NUMBERS, *TIMES, *SHAPES, *LENGTHS, *IDS, *QUERIES, *CALLERS, *METHODS,
    *NO_HTTP,
]  # fmt: skip
