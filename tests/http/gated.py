"""A model that answers when it is told to, and clients that do what real ones do: hang, and leave."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import httpx
from litestar.types import ASGIApp, Message

from adapters.memory.chat_model import Scripted, ScriptedChatModel
from domain.catalogue import ModelConfig
from domain.prompting import Completion, CompletionChunk, Prompt
from tests.http.events import Event, events_in
from tests.http.service import Caller, Service


class GatedChatModel(ScriptedChatModel):
    """Has been asked when `reached`, and answers once the gate is open; a stream says its first sentence before."""

    def __init__(self, *script: Scripted) -> None:
        super().__init__(*script)
        self.gate = asyncio.Event()
        self.reached = asyncio.Event()

    async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Completion:
        whole = await super().complete(prompt, model=model, timeout_seconds=timeout_seconds)
        self.reached.set()
        await self.gate.wait()
        return whole

    async def stream(
        self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float
    ) -> AsyncGenerator[CompletionChunk, None]:
        whole = await super().complete(prompt, model=model, timeout_seconds=timeout_seconds)
        first, blank, rest = whole.text.partition(" ")
        yield CompletionChunk(text=first + blank)
        self.reached.set()
        await self.gate.wait()
        yield CompletionChunk(text=rest, usage=whole.usage, finish_reason=whole.finish_reason)


def gated(running: Service, *answers: Scripted) -> GatedChatModel:
    model = GatedChatModel(*answers)
    running.container.model_providers().chat["openai"] = model
    return model


class Client:
    """A request whose answer is read piece by piece; its sender may leave at any time."""

    def __init__(self, app: ASGIApp, caller: Caller, *, path: str, body: object, headers: Mapping[str, str]) -> None:
        self._sent = httpx.Request("POST", "http://quantrail", json=body).content
        self._left = asyncio.Event()
        self._asked = False
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.body = b""
        self.pieces: asyncio.Queue[bytes] = asyncio.Queue()
        given = {"authorization": f"Bearer {caller.key}", **headers}
        scope: Any = {
            "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
            "http_version": "1.1", "scheme": "http", "root_path": "", "client": ("127.0.0.1", 1), "server": None,
            "asgi": {"version": "3.0", "spec_version": "2.4"}, "extensions": {}, "state": {},
        }  # fmt: skip
        self.served = asyncio.create_task(self._serve(app, scope))

    async def _serve(self, app: ASGIApp, scope: Any) -> None:  # noqa: ANN401  # ASGI's own, made by hand
        await app(scope, self._receive, self._send)

    async def _receive(self) -> Any:  # noqa: ANN401  # one of ASGI's many messages
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._sent, "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if self._left.is_set():  # as servers do: what is sent then goes nowhere
            return
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            self.body += message["body"]
            self.pieces.put_nowait(message["body"])

    def leave(self) -> None:
        self._left.set()

    async def until_said(self, word: str) -> None:
        while word.encode() not in self.body:
            await self.pieces.get()

    @property
    def events(self) -> list[Event]:
        return events_in(self.body.decode())
