"""What a hostile or careless operator sends where things are removed for good, kept aside and brought back."""

from tests.http.bad_input import BAD_REQUEST, NOT_FOUND, UNREADABLE, BadInput
from tests.http.bad_inputs_more import METHOD, REFUSED, ROLE, UNAUTHENTICATED, a_call
from tests.http.bad_inputs_rules import sent

USERS = b"/api/v1/admin/users"
ERASURE = USERS + b"/nobody-at-all/data"

ERASURES = [
    a_call("erasure: of a long user", b"DELETE", USERS + b"/" + b"x" * 201 + b"/data", REFUSED, "user_id", key="admin"),
    a_call("erasure: of NUL", b"DELETE", USERS + b"/%00/data", REFUSED, "user_id", key="admin"),
    a_call("erasure: of no user", b"DELETE", USERS + b"//data", NOT_FOUND, key="admin"),
    a_call("erasure: by a user, of themselves", b"DELETE", ERASURE, ROLE, key="mine"),
    a_call("erasure: by a service", b"DELETE", ERASURE, ROLE, key="service"),
    a_call("erasure: by nobody", b"DELETE", ERASURE, UNAUTHENTICATED, key="nobody"),
    a_call("erasure: by posting", b"POST", ERASURE, METHOD, key="admin"),
    a_call("erasure: by looking", b"GET", ERASURE, METHOD, key="admin"),
    a_call("erasure: with force", b"DELETE", ERASURE + b"?force=1", UNREADABLE, "force", key="admin"),
]

PRUNE, BACKUP = b"/api/v1/admin/index/prune", b"/api/v1/admin/index/backup"


def a_prune(name: str, problem: tuple[int, str], member: str | None, body: object, *, says: str = "") -> BadInput:
    return sent(b"POST", PRUNE, f"prune: {name}", problem, (member, says), body)


PRUNINGS = [
    a_prune("without a word of what", REFUSED, "older_than_days", {}, says="retention.backtests_days"),
    a_prune("0 days", UNREADABLE, "older_than_days", {"older_than_days": 0}),
    a_prune("a negative number of days", UNREADABLE, "older_than_days", {"older_than_days": -5}),
    a_prune("more days than there were", UNREADABLE, "older_than_days", {"older_than_days": 10**7}),
    a_prune("days as text", UNREADABLE, "older_than_days", {"older_than_days": "30"}),
    a_prune("half a day", UNREADABLE, "older_than_days", {"older_than_days": 0.5}),
    a_prune("to keep none", UNREADABLE, "keep", {"keep": 0}),
    a_prune("a list to keep", UNREADABLE, "keep", {"keep": [5]}),
    a_prune("apply as a word", UNREADABLE, "apply", {"keep": 5, "apply": "yes"}),
    a_prune("one user's only", UNREADABLE, "user_id", {"keep": 5, "user_id": "민지"}),
    a_prune("a misspelled member", UNREADABLE, "older_than", {"older_than": 5}, says="older_than_days"),
    a_prune("a list", UNREADABLE, "", [5]),
    a_prune("no body", BAD_REQUEST, None, b"", says="missing"),
    a_prune("NaN", UNREADABLE, None, b'{"keep": NaN}', says="NaN"),
    a_call("prune: by looking", b"GET", PRUNE, METHOD, key="admin"),
    a_call("backup: by a user", b"POST", BACKUP, ROLE, key="mine"),
    a_call("backup: by a service", b"POST", BACKUP, ROLE, key="service"),
    a_call("backup: by nobody", b"POST", BACKUP, UNAUTHENTICATED, key="nobody"),
    a_call("backup: by looking", b"GET", BACKUP, METHOD, key="admin"),
    a_call("backup: to a file there", b"POST", BACKUP + b"?path=/etc/passwd", UNREADABLE, "path", key="admin"),
]

KEEPING_ROWS: list[BadInput] = [*ERASURES, *PRUNINGS]
