"""`Idempotency-Key`: the same request under the same key is answered once, and its answer said again for a day.

A key belongs to the user whom the call acts for, and to one request: method, path, query, body, and how far the
credential is narrowed. With any of them changed it is 409, on another path too: a caller who mixes keys up hears of it
instead of reading an answer to something else.

What is kept:
- 2xx, streams included, from their first event to their last.
- 500, 502 and 504 where the ledger charged something: nothing was wrong with the request, it was paid for, and to pay
  again is a decision, taken by sending a new key.
What is not, so that the same key can be sent again:
- 4xx: nothing came of the request as it is, because of its credential, its content, or a budget or limit for now.
- 503: a part was down, and `Retry-After` invites to try again.
- 500, 502, 504 that cost nothing; answers larger than MOST_KEPT_BYTES, which are marked `Idempotent-Kept: false` where
  they are no streams; answers that the end of the service cut off.
A stream that ends with an `error` counts as that error.
"""

import asyncio
import hashlib
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from litestar import Litestar
from litestar.types import ASGIApp, Receive, Scope, Send

from application.answering_once import AnsweringOnce
from application.doors import UserDoors
from application.ports.answer_book import Claim, FirstAnswer, KeyedRequest
from application.ports.governance import GovernanceSource
from application.use_cases.authenticate import Authenticate
from domain.errors import DomainError, Violation
from domain.generation import Caller
from entrypoints.http.problems import Unreadable
from entrypoints.http.reading import StrictRequest
from entrypoints.http.recording import MOST_KEPT_BYTES, Drains, Recording
from entrypoints.http.wiring import AnyRequest, caller_of, only_header
from entrypoints.tracing import current_trace

logger = logging.getLogger("quantrail.answers")
KEY_HEADER = "idempotency-key"
SERVICE_HEADER = "x-quantrail-service"
REPLAYED = (b"idempotent-replayed", b"true")
PAID_FAILURES = frozenset({HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT})
_SERVICE = "paid_service"
_FAILED = "quantrail.failed_in_stream"
_KEY = re.compile(r"[!-~]{1,255}")


def paid(service: str) -> dict[str, str]:
    """The `opt` of a handler that may call a model for this service: its path takes an `Idempotency-Key`."""
    return {_SERVICE: service}


def is_paid(opt: Mapping[str, Any]) -> bool:
    """Whether a handler with this `opt` takes an `Idempotency-Key`."""
    return _SERVICE in opt


def paid_operations(app: Litestar) -> frozenset[str]:
    """The names of the handlers that take an `Idempotency-Key`."""
    handlers = (handler for route in app.routes for handler in getattr(route, "route_handlers", ()))
    return frozenset(handler.handler_name for handler in handlers if is_paid(handler.opt))


def failed_in_stream(scope: Scope, status: int | None) -> None:
    """A stream, whose own status has gone out, ends with an error of this one."""
    scope[_FAILED] = status  # type: ignore[literal-required]  # a key of our own beside ASGI's


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    """Answers paid requests that come with a key once; every other request passes as it is."""

    once: AnsweringOnce
    authenticate: Authenticate
    governance: GovernanceSource
    doors: UserDoors = field(default_factory=UserDoors)
    drains: Drains = field(default_factory=Drains)
    most_bytes: int = MOST_KEPT_BYTES

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """The same application behind it."""

        async def answered(scope: Scope, receive: Receive, send: Send) -> None:
            service = scope["route_handler"].opt.get(_SERVICE)
            if service is None or not any(name == KEY_HEADER.encode() for name, _ in scope["headers"]):
                await app(scope, receive, send)
                return
            keyed = await self._keyed(StrictRequest(scope, receive, send))
            deadline_seconds = self.governance.current().policies.of(service).timeout_seconds
            begun = await self.once.begin(keyed, deadline_seconds=deadline_seconds)
            if isinstance(begun, FirstAnswer):
                await _say_again(begun, send)
            else:
                await self._answer(app, begun, scope=scope, receive=receive, send=send)

        return answered

    async def _keyed(self, request: AnyRequest) -> KeyedRequest:
        """The request, once its caller and its size are checked. Raises: Unreadable, and what those raise."""
        caller = await caller_of(request, self.authenticate, self.doors)
        key = _key_of(request)
        return KeyedRequest(scope=caller.scope, key=key, fingerprint=await _fingerprint(request, caller))

    async def _answer(self, app: ASGIApp, claim: Claim, *, scope: Scope, receive: Receive, send: Send) -> None:
        """Works in a task of its own, so that neither a slow reader nor one who leaves touches it."""
        recording = Recording(self.drains, most_bytes=self.most_bytes)
        work = asyncio.create_task(self._work(app, claim, scope, recording))
        watching = asyncio.create_task(recording.watch(receive))
        try:
            await recording.pass_on(send)
            await work
        finally:
            watching.cancel()
            work.cancel()
            await asyncio.wait({work, watching})

    async def _work(self, app: ASGIApp, claim: Claim, scope: Scope, recording: Recording) -> None:
        try:
            try:
                await app(scope, recording.receive, recording.send)
            except BaseException:
                await asyncio.shield(self._end(claim, None, keep=False))
                raise
            failed = scope.get(_FAILED)
            status = failed if isinstance(failed, int) else recording.status
            if recording.too_large:
                logger.warning("answer_too_large_to_keep", extra={"status": status})
            keep = _is_for_good(status, charged=current_trace().charged)
            await asyncio.shield(self._end(claim, recording.answer, keep=keep))
        finally:
            recording.close()

    async def _end(self, claim: Claim, answer: FirstAnswer | None, *, keep: bool) -> None:
        try:
            kept = await self.once.end(claim, answer, keep=keep)
        except DomainError as failure:
            logger.warning("answer_neither_kept_nor_released", extra={"code": failure.code})
            return
        if keep and answer is not None and not kept:
            logger.warning("answer_not_kept_another_took_over")


def _is_for_good(status: int, *, charged: bool) -> bool:
    return status < HTTPStatus.BAD_REQUEST or (charged and status in PAID_FAILURES)


def _key_of(request: AnyRequest) -> str:
    key = only_header(request, KEY_HEADER) or ""
    if not _KEY.fullmatch(key):
        what = "must be 1 to 255 visible ASCII characters, with no blank"
        raise Unreadable(f"{KEY_HEADER}: {what}", Violation(field=KEY_HEADER, message=what))
    return key


async def _fingerprint(request: AnyRequest, caller: Caller) -> str:
    """SHA-256 of all that the answer depends on, each part with its length before it."""
    digest = hashlib.sha256()
    for part in (*_around(request, caller), await request.body()):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _around(request: AnyRequest, caller: Caller) -> Iterable[bytes]:
    yield request.scope["method"].encode()
    yield request.scope["path"].encode("utf-8", "surrogatepass")
    yield request.scope["query_string"]
    yield "\0".join(request.headers.getall(SERVICE_HEADER, [])).encode()
    for narrowing in (caller.principal.services, caller.principal.models):
        yield b"any" if narrowing is None else "\0".join(["only", *sorted(narrowing)]).encode()


async def _say_again(answer: FirstAnswer, send: Send) -> None:
    logger.info("answer_said_again", extra={"status": answer.status})
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    headers += [(b"content-length", str(len(answer.body)).encode()), REPLAYED]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
