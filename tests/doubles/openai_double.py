"""An OpenAI-compatible server that counts exactly and misbehaves on request.

    python -m tests.doubles.openai_double --port 0 --record calls.jsonl

prints its URL as the first line. Every call is in the record, on disk, before it is answered: the invoice that a
ledger is compared with. Who leaves a stream, or is cut off, is charged for what was sent until then. It listens on
the loopback address only, and ends with the process that started it.
"""

import argparse
import asyncio
import base64
import contextlib
import itertools
import json
import os
import random
import signal
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.doubles import billing
from tests.doubles.behaviour import MODES, Behaviour, prose
from tests.doubles.invoice import SENDING, Invoice, Line
from tests.doubles.markers import marker_in
from tests.doubles.refusals import EMBEDDING_SIZES, Refusal, check_chat, check_embeddings, check_key
from tests.doubles.schemas import instance
from tests.doubles.strategies import request_in, strategy_for
from tests.doubles.vectors import vector

KEY = "sk-double-0123456789abcdef"
CHAT_MODELS = ("gpt-4o-mini", "gpt-4o", "gpt-4-turbo", "o1-preview", "o3-mini", "gpt-5-mini")
MOST_BYTES = 64 * 1024 * 1024
DEFAULT_ANSWER = "모멘텀이 강합니다. The strategy buys strength and sells weakness, one position at a time."
LONGEST_STALL_SECONDS = 3_600


@dataclass(kw_only=True)
class Call:
    """One request, as it is answered and written down."""

    request: web.Request
    request_id: str
    key: str = ""
    model: str = ""
    mode: str = "ok"
    behaviour: Behaviour = field(default_factory=Behaviour)
    chance: random.Random = field(default_factory=random.Random)
    line: Line | None = None


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What the last events of a stream say."""

    reason: str
    usage: dict[str, Any] | None


@dataclass(kw_only=True)
class Charge:
    """What the invoice says of a stream: all of it at its end, else what was sent."""

    model: str
    whole: dict[str, Any]
    sent: str = ""

    def so_far(self) -> dict[str, Any]:
        """As if the answer had ended where it was left. Its reasoning came before its first word."""
        details = self.whole["completion_tokens_details"]
        written = details["reasoning_tokens"] + len(billing.tokens_of(self.sent, self.model))
        return self.whole | {"completion_tokens": written, "total_tokens": self.whole["prompt_tokens"] + written}


class Double:
    def __init__(self, *, key: str, record: Path | None) -> None:
        self.key = key
        self.invoice = Invoice(record)
        self.cache = billing.PromptCache()
        self.behaviour = Behaviour()
        self.requests: list[dict[str, Any]] = []
        self._numbers = itertools.count(1)

    def application(self) -> web.Application:
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_post("/v1/chat/completions", self.chat)
        app.router.add_post("/v1/embeddings", self.embeddings)
        app.router.add_get("/v1/models", self.models)
        app.router.add_post("/double/behaviour", self.behave)
        app.router.add_get("/double/calls", self.list_calls)
        app.router.add_get("/double/requests", self.list_requests)
        return app

    async def behave(self, request: web.Request) -> web.Response:
        """Replaces the behaviour; what is not named is as at the start."""
        wanted = await request.json()
        if not {wanted.get("mode", "ok"), *wanted.get("mix", ())} <= set(MODES):
            return web.json_response({"error": f"mode is one of {', '.join(MODES)}"}, status=400)
        self.behaviour = Behaviour(**wanted)
        return web.json_response({"behaviour": wanted})

    async def list_calls(self, _request: web.Request) -> web.Response:
        return web.json_response(self.invoice.calls)

    async def list_requests(self, _request: web.Request) -> web.Response:
        return web.json_response(self.requests)

    async def models(self, request: web.Request) -> web.Response:
        call = Call(request=request, request_id=f"req_{next(self._numbers):06d}")
        try:
            check_key(request.headers.get("Authorization", ""), self.key)
        except Refusal as refusal:
            return self._refused(call, refusal)
        known = [*CHAT_MODELS, *EMBEDDING_SIZES]
        return web.json_response({"object": "list", "data": [{"id": m, "object": "model"} for m in known]})

    async def chat(self, request: web.Request) -> web.StreamResponse:
        call = Call(request=request, request_id=f"req_{next(self._numbers):06d}")
        try:
            body = await self._read(call)
            check_chat(body)
            if (failure := await self._misbehaviour(call)) is not None:
                return failure
        except Refusal as refusal:
            return self._refused(call, refusal)
        answer, usage, reason = self._answer(call, body)
        if call.mode == "no_choices":
            return self._sent(call, {"object": "chat.completion", "choices": [], "usage": usage}, usage)
        if body.get("stream"):
            asked = bool((body.get("stream_options") or {}).get("include_usage")) and call.mode != "no_usage"
            return await self._stream(call, answer, usage, Ending(reason=reason, usage=usage if asked else None))
        message: dict[str, Any] = {"role": "assistant", "content": answer, "refusal": None}
        if call.mode == "refusal":
            message = {"role": "assistant", "content": None, "refusal": answer}
        choice = {"index": 0, "message": message, "finish_reason": reason, "logprobs": None}
        return self._sent(call, _head(call, "chat.completion") | {"choices": [choice]}, usage)

    async def embeddings(self, request: web.Request) -> web.StreamResponse:
        call = Call(request=request, request_id=f"req_{next(self._numbers):06d}")
        try:
            body = await self._read(call)
            texts = check_embeddings(body)
            if (failure := await self._misbehaviour(call)) is not None:
                return failure
        except Refusal as refusal:
            return self._refused(call, refusal)
        size = body.get("dimensions") or EMBEDDING_SIZES[call.model]
        coded = body.get("encoding_format") == "base64"
        rows = [
            {"object": "embedding", "index": i, "embedding": _coded(v) if coded else v}
            for i, v in enumerate(vector(text, size) for text in texts)
        ]
        count = sum(len(billing.tokens_of(text, call.model)) for text in texts)
        usage = {"prompt_tokens": count, "total_tokens": count}
        # Backwards, since the order is in the index and nowhere promised otherwise.
        return self._sent(call, {"object": "list", "model": call.model, "data": rows[::-1]}, usage)

    async def _read(self, call: Call) -> dict[str, Any]:
        call.key = check_key(call.request.headers.get("Authorization", ""), self.key)
        try:
            body = await call.request.json()
        except ValueError as error:
            raise Refusal(message="We could not parse the JSON body of your request.") from error
        if not isinstance(body, dict):
            raise Refusal(message="The body must be an object.")
        call.model = str(body.get("model", ""))
        self.requests.append(body)
        marker = marker_in(body)
        if self.behaviour.takes(call.request.path):
            call.behaviour, call.chance = self.behaviour, self.behaviour.chance(marker or json.dumps(body))
            call.mode = call.behaviour.mode_by(call.chance)
        self._arrived(call, marker)
        await asyncio.sleep(call.behaviour.delay)
        return body

    async def _misbehaviour(self, call: Call) -> web.Response | None:
        mode, asked = call.mode, call.behaviour
        if mode == "error":
            raise Refusal(status=asked.status, message="The server had an error.", code=asked.code, kind="server_error")
        if mode == "throttle":
            message = f"Rate limit reached for {call.model}."
            code = asked.code or "rate_limit_exceeded"
            raise Refusal(status=429, message=message, code=code, kind="requests")
        if mode == "stall":
            line = self._write(call, 0, None, "stalled")
            await _until_left(call.request)
            self.invoice.change(line, note="stalled, client left")
            raise ConnectionResetError
        if mode == "down":
            self._write(call, 0, None, "connection cut")
            _cut(call.request)
        if mode == "garbage":
            self._write(call, 200, None, "garbage")
            return web.Response(text='{"choices": [{"mess', content_type="application/json")
        return None

    def _answer(self, call: Call, body: dict[str, Any]) -> tuple[str, dict[str, Any], str]:
        """The text, its usage and why it ends."""
        prompt = billing.prompt_tokens(body)
        most = body.get("max_completion_tokens") or body.get("max_tokens") or 4_096
        reasoning = min(billing.reasoning_tokens(prompt, call.model), most)
        # A document is written to its end: one that breaks off is what the limit of the caller's own makes of it.
        of_any_length = call.behaviour.tokens if body.get("response_format") is None else None
        wanted = call.chance.randint(*of_any_length) if of_any_length else 0
        full = self._text(call, body, wanted)
        room = most - reasoning
        text, written = billing.cut_to(full, min(room, wanted or room), call.model)
        reason = "length" if text != full and written == room else "stop"
        if call.mode == "filter":
            reason = "content_filter"
        cached = self.cache.cached(prompt, key=call.key, model=call.model)
        return text, billing.chat_usage(prompt, cached, written=written, reasoning=reasoning, model=call.model), reason

    def _text(self, call: Call, body: dict[str, Any], tokens: int) -> str:
        if self.behaviour.answers:
            return self.behaviour.answers.pop(0)
        if call.mode == "refusal":
            return "I'm sorry, I can't assist with that request."
        described = (body.get("response_format") or {}).get("json_schema")
        if not described:
            return prose(tokens, call.chance) if tokens else DEFAULT_ANSWER
        if described["name"] == "strategy":
            said = [str(message.get("content")) for message in body["messages"] if message["role"] == "user"]
            return json.dumps(strategy_for(request_in(said)), ensure_ascii=False)
        return json.dumps(instance(described["schema"]), ensure_ascii=False)

    async def _stream(self, call: Call, text: str, usage: dict[str, Any], ending: Ending) -> web.StreamResponse:
        charge = Charge(model=call.model, whole=usage)
        line = self._write(call, 200, charge.so_far(), call.mode if call.mode in ("cut", "hang") else SENDING)
        response = web.StreamResponse(headers=_headers(call) | {"Content-Type": "text/event-stream; charset=utf-8"})
        pieces = [text[i : i + 7] for i in range(0, len(text), 7)]
        if call.mode in ("cut", "hang"):
            pieces = pieces[: len(pieces) // 2]
        try:
            await response.prepare(call.request)
            await self._send(call, response, pieces, charge)
            if call.mode == "hang":
                self.invoice.change(line, usage=charge.so_far())
                await _until_left(call.request)
                raise ConnectionResetError
        except ConnectionError:
            self.invoice.change(line, usage=charge.so_far(), note="client left")
            return response
        if call.mode == "cut":
            self.invoice.change(line, usage=charge.so_far())
            _cut(call.request)
        # On the invoice before its reader can know that it is all of it.
        self.invoice.change(line, usage=charge.whole, note="stream")
        for event in _last_events(call, ending):
            await response.write(event)
        await response.write_eof()
        return response

    async def _send(self, call: Call, response: web.StreamResponse, pieces: list[str], charge: Charge) -> None:
        word = "refusal" if call.mode == "refusal" else "content"
        head = _head(call, "chat.completion.chunk")
        await response.write(_event(head | {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}))
        pace = call.behaviour.delay if call.behaviour.pace is None else call.behaviour.pace
        for piece in pieces:
            choice = {"index": 0, "delta": {word: piece}, "finish_reason": None}
            await response.write(_event(head | {"choices": [choice]}))
            charge.sent += piece
            await asyncio.sleep(pace)

    def _sent(self, call: Call, body: dict[str, Any], usage: dict[str, Any]) -> web.Response:
        self._write(call, 200, usage, call.mode)
        if call.mode == "cut":
            _cut(call.request)
        told = {} if call.mode == "no_usage" else {"usage": usage}
        return web.json_response(body | told, headers=_headers(call))

    def _refused(self, call: Call, refusal: Refusal) -> web.Response:
        self._write(call, refusal.status, None, refusal.code or refusal.kind)
        headers = _headers(call)
        if call.behaviour.retry_after is not None:
            headers["Retry-After"] = call.behaviour.retry_after
        return web.json_response(refusal.body(), status=refusal.status, headers=headers)

    def _arrived(self, call: Call, marker: str | None) -> Line:
        call.line = self.invoice.add(
            path=call.request.path, model=call.model, request_id=call.request_id, key=call.key, marker=marker
        )
        return call.line

    def _write(self, call: Call, status: int, usage: dict[str, Any] | None, note: str) -> Line:
        line = call.line or self._arrived(call, None)
        self.invoice.change(line, status=status, usage=usage, note=note)
        return line


def _head(call: Call, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{call.request_id}", "object": kind, "created": 1_700_000_000, "model": call.model}


def _headers(call: Call) -> dict[str, str]:
    return {"x-request-id": call.request_id}


def _event(body: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode()


def _last_events(call: Call, ending: Ending) -> Iterator[bytes]:
    head = _head(call, "chat.completion.chunk")
    yield _event(head | {"choices": [{"index": 0, "delta": {}, "finish_reason": ending.reason}]})
    if ending.usage is not None:
        yield _event(head | {"choices": [], "usage": ending.usage})
    yield b"data: [DONE]\n\n"


def _coded(numbers: list[float]) -> str:
    return base64.b64encode(array("f", numbers).tobytes()).decode()


def _cut(request: web.Request) -> None:
    """The connection is gone, with nothing more said."""
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError


async def _until_left(request: web.Request) -> None:
    """Returns when the other side has closed the connection."""
    async with asyncio.timeout(LONGEST_STALL_SECONDS):
        while request.transport is not None and not request.transport.is_closing():  # noqa: ASYNC110  # no event says it
            await asyncio.sleep(0.02)


async def _until_orphaned(parent: int) -> None:
    while os.getppid() == parent:  # noqa: ASYNC110  # nothing tells a process that its parent died
        await asyncio.sleep(0.25)


async def serve(*, port: int, key: str, record: Path | None) -> None:
    """Serves until it is told to end, or its parent has."""
    parent = os.getppid()
    runner = web.AppRunner(Double(key=key, record=record).application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, reuse_address=True)
    await site.start()
    host, bound = runner.addresses[0][:2]
    sys.stdout.write(f"http://{host}:{bound}\n")
    sys.stdout.flush()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    orphaned, ended = asyncio.ensure_future(_until_orphaned(parent)), asyncio.ensure_future(told.wait())
    await asyncio.wait({orphaned, ended}, return_when=asyncio.FIRST_COMPLETED)
    for task in (orphaned, ended):
        task.cancel()
    await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description="An OpenAI-compatible server for tests.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--record", type=Path, default=None, help="a JSON-lines file of every call")
    parser.add_argument("--key", default=KEY)
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(port=options.port, key=options.key, record=options.record))


if __name__ == "__main__":
    main()
