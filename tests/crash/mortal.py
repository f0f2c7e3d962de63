"""The parts of the service whose every step may be the last one."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from application.ports.chat_model import ChatModel, StreamingChatModel
from application.ports.embedder import Embedder
from application.ports.usage_ledger import UsageLedger
from domain.budget import Hold
from domain.catalogue import ModelConfig
from domain.embedding import Embedded, TextKind
from domain.prompting import Completion, CompletionChunk, Prompt
from domain.usage import Settlement, UsageEntry
from tests.crash.points import Point, Trap
from tests.crash.statements import Statements
from tests.doubles.markers import MARKER

MIDDLE = 8
"""So many pieces into a stream."""
Answer = TypeVar("Answer")


class MortalLedger:
    """The ledger, between whose steps the process may end."""

    def __init__(self, ledger: UsageLedger, trap: Trap, statements: Statements) -> None:
        self._ledger = ledger
        self._trap = trap
        self._statements = statements

    def __getattr__(self, name: str) -> object:
        return getattr(self._ledger, name)

    async def open(self, entry: UsageEntry, *, holds: Sequence[Hold] = ()) -> None:
        if entry.attempt > 1:
            self._trap.reached(Point.BETWEEN_ATTEMPTS)
        self._trap.reached(Point.BEFORE_OPEN)
        await self._ledger.open(entry, holds=holds)
        self._trap.reached(Point.AFTER_OPEN)

    async def settle(self, entry_id: str, settlement: Settlement) -> bool:
        self._trap.reached(Point.ANSWERED)
        settled = await self._ledger.settle(entry_id, settlement)
        self._trap.reached(Point.AFTER_SETTLE)
        return settled

    async def settle_overdue(self, *, at: datetime) -> int:
        self._statements.sweeping = True
        try:
            settled = await self._ledger.settle_overdue(at=at)
        finally:
            self._statements.sweeping = False
        if settled:
            self._trap.reached(Point.AFTER_SWEEP)
        return settled


class Sent:
    """Knows from the invoice when a request has arrived at the provider."""

    def __init__(self, trap: Trap, invoice: Path) -> None:
        self._trap = trap
        self._invoice = invoice

    async def reaching(self, point: Point, answer: Coroutine[Any, Any, Answer], *texts: str) -> Answer:
        """The answer; while it is not there and the request has arrived, the point is reached."""
        if not self._trap.is_armed(point):
            return await answer
        markers = {marker for text in texts for marker in MARKER.findall(text)}
        before, asking = self._invoice.stat().st_size, asyncio.ensure_future(answer)
        try:
            while not asking.done():
                if any(marker in self._since(before) for marker in markers):
                    self._trap.reached(point)
                    break
                await asyncio.wait({asking}, timeout=0.005)
            return await asking
        finally:
            asking.cancel()

    def _since(self, offset: int) -> str:
        with self._invoice.open(encoding="utf-8", errors="replace") as lines:
            lines.seek(offset)
            return lines.read()


class MortalChatModel:
    """A provider's chat models, while one of whose calls the process may end."""

    def __init__(self, inner: ChatModel, trap: Trap, sent: Sent) -> None:
        self._inner = inner
        self._trap = trap
        self._sent = sent

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Completion:
        asking = self._inner.complete(prompt, model=model, timeout_seconds=timeout_seconds)
        return await self._sent.reaching(Point.ASKED, asking, *_texts(prompt))

    async def stream(
        self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float
    ) -> AsyncGenerator[CompletionChunk, None]:
        if not isinstance(self._inner, StreamingChatModel):
            raise TypeError("this provider cannot stream")
        heard = 0
        async with aclosing(self._inner.stream(prompt, model=model, timeout_seconds=timeout_seconds)) as chunks:
            while (chunk := await self._next(chunks, prompt, is_first=not heard)) is not None:
                heard += 1
                if heard in (1, MIDDLE):
                    self._trap.reached(Point.FIRST_CHUNK if heard == 1 else Point.MID_STREAM)
                yield chunk

    async def _next(
        self, chunks: AsyncGenerator[CompletionChunk, None], prompt: Prompt, *, is_first: bool
    ) -> CompletionChunk | None:
        async def heard() -> CompletionChunk | None:
            return await anext(chunks, None)

        return (
            await self._sent.reaching(Point.ASKED_FOR_STREAM, heard(), *_texts(prompt)) if is_first else await heard()
        )


class MortalEmbedder:
    """A provider's embedding models, while one of whose calls the process may end."""

    def __init__(self, inner: Embedder, sent: Sent) -> None:
        self._inner = inner
        self._sent = sent

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    async def embed(
        self, texts: Sequence[str], *, kind: TextKind, model: ModelConfig, timeout_seconds: float
    ) -> Embedded:
        point = Point.ASKED_FOR_VECTOR if kind is TextKind.QUERY else Point.INDEXING
        asking = self._inner.embed(texts, kind=kind, model=model, timeout_seconds=timeout_seconds)
        return await self._sent.reaching(point, asking, *texts)


def _texts(prompt: Prompt) -> list[str]:
    return [message.text for message in prompt.messages]
