"""An answer as it is made: passed on to its reader, and remembered whole for those who ask again."""

import asyncio
from collections import deque
from contextlib import suppress

from litestar.types import HTTPDisconnectEvent, HTTPResponseStartEvent, Message, Receive, Send

from application.ports.answer_book import FirstAnswer

MOST_KEPT_BYTES = 4_000_000
MOST_DRAINS = 64
DRAIN_SECONDS = 120.0
KEPT_HEADERS = frozenset({"content-type", "cache-control", "x-accel-buffering"})
KEPT_PREFIX = "x-quantrail-"
NOT_KEPT = (b"idempotent-kept", b"false")


class Drains:
    """Streams that go on to their end though nobody reads them: so many at once, and so long each."""

    def __init__(self, *, most: int = MOST_DRAINS, seconds: float = DRAIN_SECONDS) -> None:
        self._most = most
        self._seconds = seconds
        self._going = 0

    async def until_over(self, over: asyncio.Event) -> None:
        """Returns when it is over, or a stream is to go on no longer, which is at once where too many do."""
        if self._going >= self._most:
            return
        self._going += 1
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await over.wait()
        finally:
            self._going -= 1


class Recording:
    """Stands between an application and its reader, who may be slow, or leave.

    The application is not slowed down by its reader as long as the answer can be kept; once it is too large for that,
    it waits for its reader as any other does. What ends an answer goes out only when `close` says so: whoever has it
    whole can rely on what was done until then.
    """

    def __init__(self, drains: Drains, *, most_bytes: int) -> None:
        self._drains = drains
        self._most_bytes = most_bytes
        self._start: HTTPResponseStartEvent | None = None
        self._chunks: list[bytes] = []
        self._size = 0
        self._whole = False
        self._closed = False
        self._waiting: deque[Message] = deque()
        self._news = asyncio.Event()
        self._caught_up = asyncio.Event()
        self._left = False
        self._heeded = asyncio.Event()
        self._over = asyncio.Event()

    @property
    def status(self) -> int:
        """That of the answer; 0 where none has begun."""
        return 0 if self._start is None else self._start["status"]

    @property
    def too_large(self) -> bool:
        """Whether there is more of it than can be kept."""
        return self._size > self._most_bytes

    @property
    def answer(self) -> FirstAnswer | None:
        """What was answered, if it has ended and can be kept."""
        if self._start is None or not self._whole or self.too_large:
            return None
        given = [(name.decode("latin-1").lower(), value) for name, value in self._start.get("headers", ())]
        kept = {n: v.decode("latin-1") for n, v in given if n in KEPT_HEADERS or n.startswith(KEPT_PREFIX)}
        return FirstAnswer(status=self.status, headers=kept, body=b"".join(self._chunks))

    async def receive(self) -> HTTPDisconnectEvent:
        """For the application, whose request was read already: a stream asks whether it is to go on."""
        await self._heeded.wait()
        if not self._over.is_set():
            await self._drains.until_over(self._over)
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """For the application."""
        self._caught_up.clear()
        self._waiting.append(message)
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            self._remember(message["body"])
            self._whole = not message.get("more_body", False)
            self._heed()
        self._news.set()
        if self.too_large and not self._whole and not self._left:
            await self._caught_up.wait()

    def close(self) -> None:
        """What is left goes out, and nothing more comes."""
        if self.too_large and self._waiting and self._waiting[0]["type"] == "http.response.start":
            start = self._waiting[0]
            start["headers"] = [*start["headers"], NOT_KEPT]
        self._closed = True
        self._news.set()

    async def watch(self, receive: Receive) -> None:
        """Until the reader has left."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self._leave()

    async def pass_on(self, send: Send) -> None:
        """Until everything was sent, or nobody is there to read it."""
        while not self._closed or self._waiting:
            await self._news.wait()
            self._news.clear()
            for message in self._ready():
                await self._pass(message, send)
            self._caught_up.set()

    async def _pass(self, message: Message, send: Send) -> None:
        if self._left:
            return
        try:
            await send(message)
        except OSError:  # what ASGI says of a reader who has left
            self._leave()

    def _leave(self) -> None:
        self._left = True
        self._heed()

    def _heed(self) -> None:
        """Whether a stream is over, or has lost its reader: without one, what cannot be kept is over too."""
        if self._whole or (self._left and self.too_large):
            self._over.set()
        if self._left or self._whole:
            self._heeded.set()

    def _ready(self) -> list[Message]:
        """What may go out: up to the last piece that more must follow, all of it at the end."""
        ready = list(self._waiting)
        while ready and not self._closed and not ready[-1].get("more_body", False):
            ready.pop()
        for _ in ready:
            self._waiting.popleft()
        return ready

    def _remember(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self.too_large:
            self._chunks.clear()
        else:
            self._chunks.append(chunk)
