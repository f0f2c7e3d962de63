"""What a hostile or careless operator sends where things are removed for good, kept aside and brought back."""

from tests.http.bad_input import NOT_FOUND, UNREADABLE, BadInput
from tests.http.bad_inputs_more import METHOD, REFUSED, ROLE, UNAUTHENTICATED, a_call

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

KEEPING_ROWS: list[BadInput] = [*ERASURES]
