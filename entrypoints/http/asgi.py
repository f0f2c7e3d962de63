"""What wraps every request: its id, in and out."""

import re
import secrets
from urllib.parse import unquote

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID_HEADER = b"x-request-id"
_VALID = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._:@/+=-]{0,127}")
_SCOPE_KEY = "quantrail.request_id"
SLASH = "\x1f"
"""Stands for an encoded slash while a route is looked for."""


def with_request_id(app: ASGIApp) -> ASGIApp:
    """Keeps the caller's own valid `X-Request-Id`, else makes one; every answer carries it."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope["path"] = _path_of(scope)
        scope[_SCOPE_KEY] = request_id  # type: ignore[literal-required]  # a key of our own beside ASGI's

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (REQUEST_ID_HEADER, request_id.encode())]
            await send(message)

        await app(scope, receive, send_with_id)

    return wrapped


def _request_id(scope: Scope) -> str:
    given = next((value for name, value in scope["headers"] if name == REQUEST_ID_HEADER), b"")
    return given.decode() if _VALID.fullmatch(given) else f"req-{secrets.token_hex(12)}"


def _path_of(scope: Scope) -> str:
    """The path with a stand-in for a slash that is part of an id: routes are told apart by the others alone."""
    raw = scope.get("raw_path") or b""
    if b"%2f" not in raw.lower():
        return scope["path"]
    segments = (unquote(segment).replace(SLASH, "\ufffd") for segment in raw.decode("latin-1").split("/"))
    return "/".join(segment.replace("/", SLASH) for segment in segments)


def with_slashes(text: str) -> str:
    """A part of a path as its caller meant it."""
    return text.replace(SLASH, "/")


def request_id_of(scope: Scope) -> str:
    """The id of the request that a scope belongs to."""
    return str(scope.get(_SCOPE_KEY, ""))
