"""The shape of a row in the tables of bad inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.cli.process import ADMIN_KEY
from tests.http.wire import written

RUNS = b"/api/v1/backtests"
USER, STRANGER = "민지@quant.kr", "alex@quant.io"
JSON = b"application/json"
ACTING = "acting"
"""The admin, who acts for the user."""
BEARER = f"Bearer {ADMIN_KEY}".encode()
SURROGATE, NUL = "a\ud800b", "a\0b"
UNREADABLE, BAD_REQUEST, NOT_FOUND = (400, "unreadable"), (400, "bad-request"), (404, "not-found")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadInput:
    """`member` is what `errors` name, `says` a part of the detail; `key` is whose credential is shown.

    `{…}` in a path stands for something that exists while the test runs: a session of somebody else, a cursor of
    another list.
    """

    name: str
    method: bytes = b"POST"
    target: bytes = RUNS
    body: bytes = b""
    headers: Mapping[bytes, bytes] = field(default_factory=dict)
    status: int = 400
    type: str = "unreadable"
    member: str | None = None
    says: str = ""
    key: str = ACTING
    raw: bytes | None = None

    def request(self, things: Mapping[str, str]) -> bytes:
        """The bytes that go over the wire, with the things that exist in their places."""
        if self.raw is not None:
            return self.raw
        target = self.target
        for name, thing in things.items():
            target = target.replace(b"{%s}" % name.encode(), thing.encode())
        usual = {b"Authorization": BEARER, b"X-User-Id": USER.encode()}
        if self.key != ACTING:
            usual = {b"Authorization": f"Bearer {things[self.key]}".encode()}
        return written(self.method, target, usual | {b"Content-Type": JSON} | dict(self.headers), self.body)
