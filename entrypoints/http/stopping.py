"""What a request is told that the end of the service cuts off."""

import asyncio
import json

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from entrypoints.http.asgi import REQUEST_ID_HEADER, request_id_of
from entrypoints.http.problems import MEDIA_TYPE, TYPE_PREFIX

RETRY_AFTER_SECONDS = 5


def told_when_cut_off(app: ASGIApp) -> ASGIApp:
    """A request that is cancelled before its answer began is answered 503. A server cancels none but at its end."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await app(scope, receive, watched)
        except asyncio.CancelledError:
            if not begun:
                await _tell(scope, send)

    return wrapped


async def _tell(scope: Scope, send: Send) -> None:
    body = json.dumps(
        {
            "type": f"{TYPE_PREFIX}stopping",
            "title": "The service is stopping",
            "status": 503,
            "detail": "the service was told to stop and waits no longer for this answer; ask again once it has started",
            "request_id": request_id_of(scope),
            "retry_after_seconds": RETRY_AFTER_SECONDS,
            "errors": [],
        }
    ).encode()
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", str(RETRY_AFTER_SECONDS).encode()),
        (REQUEST_ID_HEADER, request_id_of(scope).encode()),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
