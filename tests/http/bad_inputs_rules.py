"""What a hostile or careless operator sends where rules are set while the service runs."""

import json

from tests.http.bad_input import BAD_REQUEST, NOT_FOUND, NUL, SURROGATE, UNREADABLE, BadInput
from tests.http.bad_inputs_more import METHOD, REFUSED, ROLE, UNAUTHENTICATED, UNKNOWN_MODEL, a_call

BUDGETS, SHOWN = b"/api/v1/admin/budgets", b"/api/v1/gen-ai/budgets"
BUDGET, FILES = BUDGETS + b"/%ED%8C%80%2F%ED%95%9C%EB%8F%84", BUDGETS + b"/each_user_monthly"
DIFF, APPLY = b"/api/v1/admin/prices/diff", b"/api/v1/admin/prices/apply"
STANDS_ELSEWHERE = (409, "rule-stands-elsewhere")
ORDER: dict[str, object] = {"unit": "usd", "limit": "20", "period": "day"}
TOKENS = {"unit": "tokens"}


def a_put(name: str, problem: tuple[int, str], member: str | None, body: object, *, says: str = "") -> BadInput:
    return sent(b"PUT", BUDGET, f"budget: {name}", problem, (member, says), body)


def an_apply(name: str, problem: tuple[int, str], member: str | None, body: object, *, says: str = "") -> BadInput:
    return sent(b"POST", APPLY, f"prices: {name}", problem, (member, says), body)


def sent(  # noqa: PLR0917  # a row reads from left to right: how, where, what, how it ends, and why
    method: bytes,
    target: bytes,
    name: str,
    problem: tuple[int, str],
    expected: tuple[str | None, str],
    body: object,
) -> BadInput:
    (status, type_), (member, says) = problem, expected
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return BadInput(
        name=name, method=method, target=target, body=content, status=status, type=type_, member=member, says=says,
        key="admin",
    )  # fmt: skip


def named(name: str, rule: bytes, problem: tuple[int, str], member: str | None = None) -> BadInput:
    return sent(b"PUT", BUDGETS + b"/" + rule, f"budget: {name}", problem, (member, ""), ORDER)


LIMITS = [
    a_put(f"a limit of {repr(limit)[:20]}{suffix}", REFUSED, "limit", {**ORDER, **more, "limit": limit})
    for suffix, more, limits in (
        ("", {}, (0, -1, "0", "", "-5", "much", "1e3", "１", "NaN", 1e300, 10**400, "9" * 5_000, 9_000_001, 1e-13)),
        (" tokens", TOKENS, (0.5, "0.15", -1, 10**19)),
    )
    for limit in limits
] + [
    a_put(f"a limit that is {what}", UNREADABLE, "limit", {**ORDER, "limit": limit})
    for what, limit in (("null", None), ("true", True), ("a list", [5]), ("an object", {"usd": 5}))
]

MEMBERS = [
    a_put("nothing", UNREADABLE, "unit", {}),
    a_put("no limit", UNREADABLE, "limit", {"unit": "usd", "period": "day"}),
    a_put("a unit of nobody", UNREADABLE, "unit", {**ORDER, "unit": "krw"}),
    a_put("a period of nobody", UNREADABLE, "period", {**ORDER, "period": "year"}),
    a_put("a time zone of nobody", REFUSED, "timezone", {**ORDER, "timezone": "Asia/Seol"}, says="Asia/Seoul"),
    a_put("a time zone upwards", REFUSED, "timezone", {**ORDER, "timezone": "../../etc/passwd"}),
    a_put("a service of nobody", REFUSED, "service", {**ORDER, "service": "채팅"}),
    a_put("a model of nobody", REFUSED, "model_id", {**ORDER, "model_id": "gpt4o"}, says="did you mean 'gpt-4o'?"),
    a_put("no user", REFUSED, "user_id", {**ORDER, "user_id": ""}),
    a_put("a long user", REFUSED, "user_id", {**ORDER, "user_id": "가" * 201}),
    a_put("NUL in a user", REFUSED, "user_id", {**ORDER, "user_id": NUL}),
    a_put("half a surrogate pair", UNREADABLE, None, {**ORDER, "user_id": SURROGATE}, says="surrogate"),
    a_put("one user and each", REFUSED, "each_user", {**ORDER, "user_id": "민지", "each_user": True}),
    a_put("each as a word", UNREADABLE, "each_user", {**ORDER, "each_user": "yes"}),
    a_put("a share of 0", REFUSED, "warn_at[0]", {**ORDER, "warn_at": [0]}),
    a_put("a share above 1", REFUSED, "warn_at[1]", {**ORDER, "warn_at": [0.8, 80]}),
    a_put("a share as text", UNREADABLE, "warn_at[0]", {**ORDER, "warn_at": ["0.8"]}),
    a_put("a thousand shares", REFUSED, "warn_at", {**ORDER, "warn_at": [0.5] * 1_000}),
    a_put("shares that are one", UNREADABLE, "warn_at", {**ORDER, "warn_at": 0.8}),
    a_put("NaN", UNREADABLE, None, b'{"unit": "usd", "limit": NaN, "period": "day"}', says="NaN is no JSON number"),
    a_put("an unknown member in Korean", UNREADABLE, "한도", {**ORDER, "한도": 1}),
    a_put("a misspelled member", UNREADABLE, "userId", {**ORDER, "userId": "민지"}, says="did you mean user_id?"),
    a_put("a name in the body too", UNREADABLE, "rule", {**ORDER, "rule": "팀"}),
    a_put("JSON that breaks off", UNREADABLE, None, b'{"unit": "usd", '),
    a_put("a list", UNREADABLE, "", [ORDER]),
    a_put("no body", BAD_REQUEST, None, b"", says="missing"),
]

NAMES = [
    named("a name that is a control character", b"%00", REFUSED, "rule"),
    named("a name of smiles", b"%F0%9F%98%80", REFUSED, "rule"),
    named("a name that begins with a blank", b"%20x", REFUSED, "rule"),
    named("a name of two dots", b"%2E%2E%2Fx", REFUSED, "rule"),
    named("a long name", b"x" * 251, REFUSED, "rule"),
    named("a name with a bare slash", b"a/b", NOT_FOUND),
    sent(b"PUT", BUDGETS, "budget: no name", NOT_FOUND, (None, ""), ORDER),
]

CALLS = [
    a_call("budget: to look at one", b"GET", BUDGET, METHOD, key="admin"),
    a_call("budget: to post", b"POST", BUDGET, METHOD, key="admin"),
    a_call("budget: to remove one of nobody", b"DELETE", BUDGET, NOT_FOUND, key="admin"),
    a_call("budget: to remove a name of nobody", b"DELETE", BUDGETS + b"/%00", NOT_FOUND, key="admin"),
    a_call("budget: to remove one of the file", b"DELETE", FILES, STANDS_ELSEWHERE, key="admin"),
    a_call("budget: to remove, by a user", b"DELETE", FILES, ROLE),
    a_call("budget: to remove, by a service", b"DELETE", FILES, ROLE, key="service"),
    a_call("budget: to remove with force", b"DELETE", FILES + b"?force=1", UNREADABLE, "force", key="admin"),
    a_call("budget: to remove, by nobody", b"DELETE", FILES, UNAUTHENTICATED, key="nobody"),
    a_call("budgets: of one user, which there is not", b"GET", SHOWN + b"?user=x", UNREADABLE, "user"),
    a_call("budgets: to change where they are shown", b"PUT", SHOWN, METHOD, key="admin"),
    a_call("prices: to compare, by a user", b"GET", DIFF, ROLE),
    a_call("prices: to compare, by a service", b"GET", DIFF, ROLE, key="service"),
    a_call("prices: to compare by another data set", b"GET", DIFF + b"?source=x", UNREADABLE, "source", key="admin"),
    a_call("prices: to compare by posting", b"POST", DIFF, METHOD, key="admin"),
    a_call("prices: to take by looking", b"GET", APPLY, METHOD, key="admin"),
    an_apply("acceptance as a word", UNREADABLE, "accept", {"accept": "yes"}),
    an_apply("acceptance as a number", UNREADABLE, "accept", {"accept": 1}),
    an_apply("a model of nobody", UNKNOWN_MODEL, "model_id", {"models": ["gpt-4o", "없는 모델"]}),
    an_apply("no model at all", REFUSED, "models", {"models": []}),
    an_apply("models that are one", UNREADABLE, "models", {"models": "gpt-4o"}),
    an_apply("models that are numbers", UNREADABLE, "models[0]", {"models": [4]}),
    an_apply("prices of one's own", UNREADABLE, "prices", {"prices": {"gpt-4o": "0"}}),
    an_apply("no body", BAD_REQUEST, None, b"", says="missing"),
    an_apply("null", UNREADABLE, "", None),
]

BY_OTHERS = [
    BadInput(
        name=f"{what}, by {key}", method=method, target=target, body=json.dumps(body).encode(), status=403,
        type="role-required", key=key,
    )
    for what, method, target, body in (
        ("budget: to set", b"PUT", BUDGET, ORDER),
        ("prices: to take", b"POST", APPLY, {"accept": True}),
    )
    for key in ("mine", "service")
]  # fmt: skip

RULE_ROWS = [*LIMITS, *MEMBERS, *NAMES, *CALLS, *BY_OTHERS]
