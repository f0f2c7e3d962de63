"""What a hostile or careless operator sends where the index is looked at and moved."""

from dataclasses import replace

from tests.http.bad_input import BAD_REQUEST, NOT_FOUND, NUL, UNREADABLE, BadInput
from tests.http.bad_inputs_more import METHOD, REFUSED, ROLE, UNAUTHENTICATED, a_call, a_post

INDEX = b"/api/v1/admin/index"
STATUS, REBUILD, MIGRATE = INDEX + b"/status", INDEX + b"/rebuild", INDEX + b"/migrate"
BUILD, VERIFY = INDEX + b"/build", INDEX + b"/verify"


def an_order(  # noqa: PLR0917  # a row reads from left to right: where, what, how it ends, and why
    target: bytes, name: str, problem: tuple[int, str], member: str | None, body: object, says: str = ""
) -> BadInput:
    return replace(a_post(f"index: {name}", target, problem, member, body, says=says), key="admin")


INDEX_ROWS = [
    a_call("index: to look at, by a user", b"GET", STATUS, ROLE),
    a_call("index: to look at, by a service", b"GET", STATUS, ROLE, key="service"),
    a_call("index: to look at, by nobody", b"GET", STATUS, UNAUTHENTICATED, key="nobody"),
    a_call(
        "index: to look at with a drift of maybe", b"GET", STATUS + b"?drift=maybe", BAD_REQUEST, "drift", key="admin"
    ),
    a_call("index: to look at by another name", b"GET", STATUS + b"?drfit=true", UNREADABLE, "drfit", key="admin"),
    a_call("index: to rebuild, by a user", b"POST", REBUILD, ROLE),
    a_call("index: to rebuild by looking", b"GET", REBUILD, METHOD, key="admin"),
    a_call("index: to stop what is not being built", b"DELETE", BUILD, NOT_FOUND, key="admin"),
    a_call("index: to stop, by a service", b"DELETE", BUILD, ROLE, key="service"),
    a_call("index: to look at the build", b"GET", BUILD, METHOD, key="admin"),
    an_order(MIGRATE, "to a store of nobody", REFUSED, "store", {"store": "종이"}, "chroma"),
    an_order(MIGRATE, "to a store with a NUL", REFUSED, "store", {"store": NUL}),
    an_order(MIGRATE, "to where it is", REFUSED, "store", {"store": "chroma"}, "already"),
    an_order(MIGRATE, "with an address that it has not", REFUSED, "url", {"store": "chroma", "url": "http://[::1"}),
    an_order(MIGRATE, "to a server of nowhere", REFUSED, "url", {"store": "qdrant"}, "HOST:PORT"),
    an_order(
        MIGRATE, "to a server that is none", REFUSED, "url", {"store": "chroma-http", "url": "ftp://x"}, "HOST:PORT"
    ),
    an_order(MIGRATE, "to no store", UNREADABLE, "store", {}),
    an_order(MIGRATE, "to a number", UNREADABLE, "store", {"store": 5}),
    an_order(MIGRATE, "with another member", UNREADABLE, "to", {"store": "chroma", "to": "qdrant"}),
    an_order(MIGRATE, "a list", UNREADABLE, "", [{"store": "chroma"}]),
    an_order(MIGRATE, "no body", BAD_REQUEST, None, b"", "missing"),
    an_order(VERIFY, "a sample below nothing", UNREADABLE, "sample", {"sample": -1}),
    an_order(VERIFY, "a sample of everything", UNREADABLE, "sample", {"sample": 10**9}),
    an_order(VERIFY, "half a sample", UNREADABLE, "sample", {"sample": 0.5}),
    an_order(VERIFY, "a repair of maybe", UNREADABLE, "repair", {"repair": "maybe"}),
    an_order(VERIFY, "JSON that breaks off", UNREADABLE, None, b'{"sample": '),
]
INDEX_ROWS += [
    BadInput(
        name=f"index: to move, by {key}", method=b"POST", target=MIGRATE, body=b'{"store": "chroma"}', status=403,
        type="role-required", key=key,
    )
    for key in ("mine", "service")
]  # fmt: skip
