"""The table's rows on the paths where a service writes and an operator looks, most with a key of the user's own."""

import json
from collections.abc import Mapping
from dataclasses import replace

from tests.http.bad_input import BAD_REQUEST, NOT_FOUND, NUL, RUNS, STRANGER, SURROGATE, UNREADABLE, BadInput

COMPARE, REPORTS = b"/api/v1/chatops/strategies/compare", b"/api/v1/narrative-reports"
SESSIONS, STRATEGIES = b"/api/v1/chatops/sessions", b"/api/v1/strategies"
AUDIT, RELOAD, KEYS = b"/api/v1/admin/audit", b"/api/v1/admin/reload", b"/api/v1/admin/keys"
VERIFY = b"/api/v1/admin/ledger/verify"
CHAT, FOREIGN_CHAT = SESSIONS + b"/{session}/chat", SESSIONS + b"/{foreign_session}/chat"
MINE, OTHER = "bt-2041", "bt-2042"
LONGEST = 4_000
REFUSED, QUESTION, UNKNOWN_MODEL = (422, "refused"), (422, "invalid-question"), (422, "unknown-model")
FORBIDDEN_MODEL, FORBIDDEN_SERVICE, ROLE = (
    (403, "model-not-allowed"),
    (403, "service-not-allowed"),
    (403, "role-required"),
)
METHOD, UNAUTHENTICATED = (405, "method-not-allowed"), (401, "unauthenticated")
NO_RETRIEVAL = (422, "retrieval-not-supported")


def a_post(  # noqa: PLR0917  # a row reads from left to right: what, where, how it ends, and why
    name: str, target: bytes, problem: tuple[int, str], member: str | None, body: object, *, says: str = ""
) -> BadInput:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    status, type_ = problem
    return BadInput(
        name=name, target=target, body=sent, status=status, type=type_, member=member, says=says, key="mine"
    )


def a_call(  # noqa: PLR0917  # the same
    name: str, method: bytes, target: bytes, problem: tuple[int, str], member: str | None = None, *, key: str = "mine"
) -> BadInput:
    status, type_ = problem
    return BadInput(name=name, method=method, target=target, status=status, type=type_, member=member, key=key)


def comparing(**changes: object) -> dict[str, object]:
    return {"backtest_ids": [MINE, OTHER], **changes}


COMPARISONS = [
    a_post(f"compare: {name}", COMPARE, problem, member, body)
    for name, problem, member, body in (
        ("nothing", UNREADABLE, "backtest_ids", {}),
        ("no runs", QUESTION, "backtest_ids", comparing(backtest_ids=[])),
        ("a run alone", QUESTION, "backtest_ids", comparing(backtest_ids=[MINE])),
        ("six runs", QUESTION, "backtest_ids", comparing(backtest_ids=list("abcdef"))),
        ("10,000 runs", QUESTION, "backtest_ids", comparing(backtest_ids=[f"bt-{n}" for n in range(10_000)])),
        ("a run twice", QUESTION, "backtest_ids[1]", comparing(backtest_ids=[MINE, MINE])),
        ("a run that is a number", UNREADABLE, "backtest_ids[1]", comparing(backtest_ids=[MINE, 2042])),
        ("runs as a text", UNREADABLE, "backtest_ids", comparing(backtest_ids=f"{MINE},{OTHER}")),
        ("a run of nobody", NOT_FOUND, None, comparing(backtest_ids=[MINE, "bt-none"])),
        ("a run of somebody else", NOT_FOUND, None, comparing(backtest_ids=[MINE, "bt-of-alex"])),
        ("a run without a name", NOT_FOUND, None, comparing(backtest_ids=[MINE, ""])),
        ("a metric that is none", QUESTION, "metrics[1]", comparing(metrics=["sharpe_ratio", "미모"])),
        ("a metric twice", QUESTION, "metrics[1]", comparing(metrics=["샤프", "sharpe_ratio"])),
        ("metrics without end", QUESTION, "metrics[13]", comparing(metrics=["x"] * 10_000)),
        ("metrics as a text", UNREADABLE, "metrics", comparing(metrics="sharpe_ratio")),
        ("an empty question", QUESTION, "question", comparing(question="")),
        ("a question of blanks", QUESTION, "question", comparing(question=" \u3000\n")),
        ("an endless question", QUESTION, "question", comparing(question="가" * (LONGEST + 1))),
        ("NUL in a question", QUESTION, "question", comparing(question=NUL)),
        ("half a surrogate pair", UNREADABLE, None, comparing(question=SURROGATE)),
        ("a language nobody speaks", UNREADABLE, "language", comparing(language="tlh")),
        ("a language in another case", UNREADABLE, "language", comparing(language="KO")),
        ("an unknown model", UNKNOWN_MODEL, "model_id", comparing(model_id="gpt-9")),
        ("a forbidden model", FORBIDDEN_MODEL, None, comparing(model_id="o1-preview")),
        ("an embedding model", FORBIDDEN_MODEL, None, comparing(model_id="text-embedding-3-small")),
        ("an unknown member in Korean", UNREADABLE, "지표", comparing(지표=["샤프"])),
        ("a misspelled member", UNREADABLE, "backtestIds", {"backtestIds": [MINE, OTHER]}),
        ("NaN", UNREADABLE, None, b'{"backtest_ids": [NaN]}'),
        ("JSON that breaks off", UNREADABLE, None, b'{"backtest_ids": ["bt-2041", '),
    )
] + [
    a_call("compare: to look at", b"GET", COMPARE, METHOD),
    a_call("compare: nothing at all", b"POST", COMPARE, BAD_REQUEST, ""),
    a_call("compare: an unknown parameter", b"POST", COMPARE + b"?stream=true", UNREADABLE, "stream"),
]

REPORT_ROWS = [
    a_post(f"report: {name}", REPORTS, problem, member, body)
    for name, problem, member, body in (
        ("on nothing", UNREADABLE, "backtest_id", {}),
        ("on a run of nobody", NOT_FOUND, None, {"backtest_id": "bt-none"}),
        ("on a run of somebody else", NOT_FOUND, None, {"backtest_id": "bt-of-alex"}),
        ("on a number", UNREADABLE, "backtest_id", {"backtest_id": 2041}),
        ("on null", UNREADABLE, "backtest_id", {"backtest_id": None}),
        ("with retrieval as a word", UNREADABLE, "use_rag", {"backtest_id": MINE, "use_rag": "yes"}),
        ("in a language nobody speaks", UNREADABLE, "language", {"backtest_id": MINE, "language": "jp"}),
        ("by an unknown model", UNKNOWN_MODEL, "model_id", {"backtest_id": MINE, "model_id": "없는 모델"}),
        ("by a forbidden model", FORBIDDEN_MODEL, None, {"backtest_id": MINE, "model_id": "o1-preview"}),
        ("by a model that is too dear", FORBIDDEN_MODEL, None, {"backtest_id": MINE, "model_id": "gpt-4-turbo"}),
        ("with an unknown member", UNREADABLE, "backtest-id", {"backtest_id": MINE, "backtest-id": 1}),
        ("by a list", UNREADABLE, "", [MINE]),
    )
] + [
    a_call("reports: of nobody", b"GET", REPORTS + b"/nope", NOT_FOUND),
    a_call("reports: of somebody else", b"GET", REPORTS + b"/{foreign_report}", NOT_FOUND),
    a_call("reports: a cursor of another list", b"GET", REPORTS + b"?cursor={runs_cursor}", UNREADABLE, "cursor"),
    a_call("reports: a limit of 0", b"GET", REPORTS + b"?limit=0", BAD_REQUEST, "limit"),
    a_call("reports: a limit that is misspelled", b"GET", REPORTS + b"?limt=5", UNREADABLE, "limt"),
    a_call("reports: to delete", b"DELETE", REPORTS + b"/nope", METHOD),
]

SESSION_ROWS = [
    a_post(f"session: {name}", SESSIONS, problem, member, body)
    for name, problem, member, body in (
        ("an empty title", REFUSED, "title", {"title": ""}),
        ("a long title", REFUSED, "title", {"title": "가" * 201}),
        ("NUL in a title", REFUSED, "title", {"title": NUL}),
        ("a title that is a list", UNREADABLE, "title", {"title": ["RSI"]}),
        ("a language nobody speaks", UNREADABLE, "language", {"language": "de"}),
        ("an unknown member", UNREADABLE, "제목", {"제목": "RSI"}),
    )
] + [
    a_call("session: of nobody", b"GET", SESSIONS + b"/nope", NOT_FOUND),
    a_call("session: of somebody else", b"GET", SESSIONS + b"/{foreign_session}", NOT_FOUND),
    a_call("session: to delete, of nobody", b"DELETE", SESSIONS + b"/nope", NOT_FOUND),
    a_call("session: to delete, of somebody else", b"DELETE", SESSIONS + b"/{foreign_session}", NOT_FOUND),
    a_call("session: to replace", b"PUT", SESSIONS + b"/{session}", METHOD),
    a_call("sessions: a cursor of another list", b"GET", SESSIONS + b"?cursor={runs_cursor}", UNREADABLE, "cursor"),
    a_call("sessions: a cursor that is cut", b"GET", SESSIONS + b"?cursor=c2Vzc2lvbnM", UNREADABLE, "cursor"),
    a_call("sessions: a limit of 501", b"GET", SESSIONS + b"?limit=501", BAD_REQUEST, "limit"),
    a_call("export: of nobody", b"GET", SESSIONS + b"/nope/export?format=json", NOT_FOUND),
    a_call("export: of somebody else", b"GET", SESSIONS + b"/{foreign_session}/export", NOT_FOUND),
    a_call("export: as what there is not", b"GET", SESSIONS + b"/{session}/export?format=pdf", BAD_REQUEST, "format"),
    a_call("export: misspelled", b"GET", SESSIONS + b"/{session}/export?fromat=json", UNREADABLE, "fromat"),
]

CHAT_ROWS = [
    a_post(f"chat: {name}{suffix}", CHAT, problem, member, {**body, **more})
    for suffix, more in (("", {}), (", streamed", {"stream": True}))
    for name, problem, member, body in (
        ("nothing", UNREADABLE, "question", {}),
        ("an empty question", QUESTION, "question", {"question": ""}),
        ("an endless question", QUESTION, "question", {"question": "가" * (LONGEST + 1)}),
        ("NUL", QUESTION, "question", {"question": NUL}),
        ("a number", UNREADABLE, "question", {"question": 5}),
        ("a language nobody speaks", UNREADABLE, "language", {"question": "RSI", "language": "zz"}),
        ("retrieval as a number", UNREADABLE, "use_rag", {"question": "RSI", "use_rag": 1}),
        ("an unknown model", UNKNOWN_MODEL, "model_id", {"question": "RSI", "model_id": "gpt-9"}),
        ("a forbidden model", FORBIDDEN_MODEL, None, {"question": "RSI", "model_id": "o1-preview"}),
        (
            "retrieval of a model without it",
            NO_RETRIEVAL,
            "model_id",
            {"question": "RSI", "model_id": "gpt-4-turbo", "use_rag": True},
        ),
        ("an unknown member", UNREADABLE, "질문", {"question": "RSI", "질문": "RSI"}),
    )
] + [
    a_post("chat: a stream as a word", CHAT, UNREADABLE, "stream", {"question": "RSI", "stream": "true"}),
    a_post("chat: in a session of nobody", SESSIONS + b"/nope/chat", NOT_FOUND, None, {"question": "RSI"}),
    a_post("chat: in a session of somebody else", FOREIGN_CHAT, NOT_FOUND, None, {"question": "RSI"}),
    a_post("chat: streamed, of somebody else", FOREIGN_CHAT, NOT_FOUND, None, {"question": "RSI", "stream": True}),
    a_post("chat: half a surrogate pair", CHAT, UNREADABLE, None, {"question": SURROGATE}, says="surrogate"),
    a_call("chat: to look at", b"GET", CHAT, METHOD),
]

OPERATIONS = [
    a_call("audit: by a user", b"GET", AUDIT, ROLE),
    a_call("audit: by a service", b"GET", AUDIT, ROLE, key="service"),
    a_call("audit: another list's cursor", b"GET", AUDIT + b"?cursor={runs_cursor}", UNREADABLE, "cursor", key="admin"),
    a_call("audit: a limit that is no number", b"GET", AUDIT + b"?limit=all", BAD_REQUEST, "limit", key="admin"),
    a_call("audit: of one user, which there is not", b"GET", AUDIT + b"?user=x", UNREADABLE, "user", key="admin"),
    a_call("ledger: verified by a user", b"GET", VERIFY, ROLE),
    a_call("ledger: verified by a service", b"GET", VERIFY, ROLE, key="service"),
    a_call("ledger: verified of one user", b"GET", VERIFY + b"?user=x", UNREADABLE, "user", key="admin"),
    a_call("ledger: verified by writing", b"POST", VERIFY, METHOD, key="admin"),
    a_call("audit: to write", b"POST", AUDIT, METHOD, key="admin"),
    a_call("reload: by a user", b"POST", RELOAD, ROLE),
    a_call("reload: by a service", b"POST", RELOAD, ROLE, key="service"),
    a_call("reload: to look at", b"GET", RELOAD, METHOD, key="admin"),
    a_call("reload: with a parameter", b"POST", RELOAD + b"?force=1", UNREADABLE, "force", key="admin"),
    a_call("metrics: by a user", b"GET", b"/metrics", ROLE),
    a_call("metrics: with a key of nobody", b"GET", b"/metrics", UNAUTHENTICATED, key="nobody"),
    a_call("strategies: a cursor of another list", b"GET", STRATEGIES + b"?cursor={runs_cursor}", UNREADABLE, "cursor"),
]  # fmt: skip

RECONCILE = b"/api/v1/admin/ledger/reconcile"
A_LINE: dict[str, object] = {"day": "2026-11-20", "model": "gpt-4o", "calls": 1}


def a_reconciliation(  # as the others
    name: str, problem: tuple[int, str], member: str | None, body: object, *, key: str = "admin"
) -> BadInput:
    return replace(a_post(f"reconcile: {name}", RECONCILE, problem, member, body), key=key)


RECONCILIATIONS = [
    a_reconciliation("by a user", ROLE, None, {"lines": [A_LINE]}, key="mine"),
    a_reconciliation("by a service", ROLE, None, {"lines": [A_LINE]}, key="service"),
    a_reconciliation("no lines", UNREADABLE, "lines", {}),
    a_reconciliation("an empty invoice", REFUSED, "lines", {"lines": []}),
    a_reconciliation("an unknown member", UNREADABLE, "lines[0].금액", {"lines": [{**A_LINE, "금액": "1"}]}),
    a_reconciliation("a day that is none", UNREADABLE, "lines[0].day", {"lines": [{**A_LINE, "day": "2026-13-01"}]}),
    a_reconciliation("a cost as a number", UNREADABLE, "lines[0].cost_usd", {"lines": [{**A_LINE, "cost_usd": 0.1}]}),
    a_reconciliation("a cost of NaN", REFUSED, "lines[0].cost_usd", {"lines": [{**A_LINE, "cost_usd": "NaN"}]}),
    a_reconciliation("a count below 0", REFUSED, "lines[0].calls", {"lines": [{**A_LINE, "calls": -1}]}),
    a_reconciliation("half a call", UNREADABLE, "lines[0].calls", {"lines": [{**A_LINE, "calls": 0.5}]}),
    a_reconciliation("NUL in a model", REFUSED, "lines[0].model", {"lines": [{**A_LINE, "model": NUL}]}),
    a_reconciliation("a line of no day", REFUSED, "lines[0].day", {"lines": [{"model": "gpt-4o", "calls": 1}]}),
    a_reconciliation("a tolerance of words", REFUSED, "tolerance", {"lines": [A_LINE], "tolerance": "조금"}),
    a_reconciliation("a kind there is not", UNREADABLE, "covers[0]", {"lines": [A_LINE], "covers": ["images"]}),
    a_reconciliation("the end before the begin", REFUSED, "from", {"lines": [A_LINE], "from": "2026-11-21"}),
    a_call("reconcile: to look at", b"GET", RECONCILE, METHOD, key="admin"),
]

BODIES = [
    a_call("body: of a row of nobody", b"GET", b"/api/v1/gen-ai/usage/entries/nope/body", NOT_FOUND),
    a_call("body: of a row with NUL", b"GET", b"/api/v1/gen-ai/usage/entries/a%00b/body", NOT_FOUND),
    a_call("body: with a parameter", b"GET", b"/api/v1/gen-ai/usage/entries/nope/body?raw=1", UNREADABLE, "raw"),
    a_call("body: to delete", b"DELETE", b"/api/v1/gen-ai/usage/entries/nope/body", METHOD),
]

CREDENTIALS = [
    a_call("an expired key", b"GET", RUNS, UNAUTHENTICATED, key="expired"),
    a_call("a revoked key", b"GET", RUNS, UNAUTHENTICATED, key="revoked"),
    a_call("a rotated key, its time over", b"GET", RUNS, UNAUTHENTICATED, key="rotated"),
    a_call("reload: with a key of nobody", b"POST", RELOAD, UNAUTHENTICATED, key="nobody"),
    a_call("keys: by a user", b"GET", KEYS, ROLE),
    a_call("keys: one, by a user", b"GET", KEYS + b"/nope", ROLE),
    a_call("keys: one that there is not", b"GET", KEYS + b"/nope", NOT_FOUND, key="admin"),
    BadInput(
        name="a user who acts for another", method=b"GET", key="mine", headers={b"X-User-Id": STRANGER.encode()},
        status=403, type="role-required",
    ),
    BadInput(
        name="a service that the key does not cover", target=COMPARE, body=json.dumps(comparing()).encode(),
        status=403, type="service-not-allowed", key="narrow",
    ),
    BadInput(
        name="a model that the key does not cover", target=REPORTS, status=403, type="model-not-allowed", key="narrow",
        body=json.dumps({"backtest_id": MINE, "model_id": "gpt-4o"}).encode(),
    ),
]  # fmt: skip

KEY = b"Idempotency-Key"
GOOD_QUESTION = json.dumps({"question": "RSI", "use_rag": False}).encode()
GOOD_REPORT = json.dumps({"backtest_id": MINE}).encode()
HOSTILE_KEYS: Mapping[str, Mapping[bytes, bytes]] = {
    "nothing": {KEY: b""},
    "blanks": {KEY: b"   "},
    "a blank inside": {KEY: b"order 1"},
    "a tab inside": {KEY: b"order\t1"},
    "256 characters": {KEY: b"k" * 256},
    "60,000 characters": {KEY: b"k" * 60_000},
    "Korean": {KEY: "주문-1".encode()},
    "Latin-1": {KEY: "café".encode("latin-1")},
    "two keys": {KEY: b"order-1", KEY.lower(): b"order-2"},
    "the same key twice": {KEY: b"order-1", KEY.lower(): b"order-1"},
}
KEYS_OF_REQUESTS = [
    BadInput(name=f"idempotency: {name}{what}", target=target, body=body, headers=headers, member=KEY.decode().lower())
    for what, target, body in ((", in a chat", CHAT, GOOD_QUESTION), (", for a report", REPORTS, GOOD_REPORT))
    for name, headers in HOSTILE_KEYS.items()
] + [
    BadInput(name="idempotency: a key of nobody", target=REPORTS, body=GOOD_REPORT, headers={KEY: b"order-1"},
             status=401, type="unauthenticated", key="nobody"),
    BadInput(name="idempotency: a hostile key of nobody", target=REPORTS, body=GOOD_REPORT, headers={KEY: b""},
             status=401, type="unauthenticated", key="nobody"),
    BadInput(name="idempotency: for another user", target=REPORTS, body=GOOD_REPORT, key="mine",
             headers={KEY: b"order-1", b"X-User-Id": STRANGER.encode()}, status=403, type="role-required"),
    BadInput(name="idempotency: an unknown parameter", target=REPORTS + b"?stream=1", body=GOOD_REPORT,
             headers={KEY: b"order-1"}, member="stream"),
    BadInput(name="idempotency: a large body", target=REPORTS, body=b" " * 10_000_001, headers={KEY: b"order-1"},
             status=413, type="body-too-large", says="10 MB"),
    BadInput(name="idempotency: no body", target=REPORTS, headers={KEY: b"order-2"}, type="bad-request", member=""),
    BadInput(name="idempotency: broken JSON", target=REPORTS, body=b"{", headers={KEY: b"order-2"}),
]  # fmt: skip

MORE_BAD_INPUTS = [
    *COMPARISONS, *REPORT_ROWS, *SESSION_ROWS, *CHAT_ROWS, *OPERATIONS, *RECONCILIATIONS, *BODIES, *CREDENTIALS,
    *KEYS_OF_REQUESTS,
]  # fmt: skip
