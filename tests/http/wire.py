"""HTTP, byte by byte: what no well-behaved client would send, and the answer to it."""

import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any

TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.body)
        return document


def written(method: bytes, target: bytes, headers: Mapping[bytes, bytes], body: bytes = b"") -> bytes:
    """A request as it goes over the wire, with its length, unless the headers say how long it is."""
    named = {name.lower() for name in headers}
    own = {b"Host": b"quantrail", b"Connection": b"close"}
    if not named & {b"content-length", b"transfer-encoding"} and (body or method in (b"POST", b"PUT")):
        own[b"Content-Length"] = str(len(body)).encode()
    lines = [b"%s %s HTTP/1.1" % (method, target), *(b"%s: %s" % line for line in (own | dict(headers)).items())]
    return b"\r\n".join([*lines, b"", body])


def exchange(port: int, request: bytes, *, method: str = "POST") -> Answer:
    """The answer to these very bytes; a server may answer, and close, before it has read them all."""
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
        response = HTTPResponse(connection, method=method)
        response.begin()
        return Answer(
            status=response.status,
            headers={name.lower(): value for name, value in response.getheaders()},
            body=response.read(),
        )
