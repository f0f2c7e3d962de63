"""Providers and a ledger that fail by chance and a seed, at every step that can fail."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from application.ports.usage_ledger import UsageLedger
from domain.budget import Hold
from domain.catalogue import ModelConfig
from domain.embedding import Embedded, TextKind
from domain.errors import (
    BudgetExhausted,
    DeadlineExceeded,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    StoreUnavailable,
    UnusableCompletion,
)
from domain.prompting import Completion, CompletionChunk, FinishReason, Prompt
from domain.usage import Settlement, TokenUsage, UsageEntry
from tests.crash.books import Book, Books

PIECES = 6


class Fate(StrEnum):
    """What becomes of a call at the provider."""

    ANSWERED = "answered"
    UNCOUNTED = "answered without a usage"
    DOWN = "failed before its first byte"
    SERVER_ERROR = "answered 5xx"
    THROTTLED = "answered 429"
    REJECTED = "answered 400"
    LATE = "timed out"
    GARBAGE = "answered with what cannot be read"
    BROKEN = "broke off in the middle"
    CANCELLED = "whose caller was cancelled"


FATES = {
    Fate.ANSWERED: 40, Fate.UNCOUNTED: 10, Fate.DOWN: 10, Fate.SERVER_ERROR: 10, Fate.THROTTLED: 5, Fate.REJECTED: 3,
    Fate.LATE: 5, Fate.GARBAGE: 5, Fate.BROKEN: 6, Fate.CANCELLED: 6,
}  # fmt: skip


class Fates:
    """Draws what becomes of each call, and counts it."""

    def __init__(self, chance: random.Random, weights: Mapping[Fate, int] = FATES) -> None:
        self.chance = chance
        self.met: Counter[Fate] = Counter()
        self._weights = weights

    def next(self) -> Fate:
        (fate,) = self.chance.choices([*self._weights], weights=[*self._weights.values()])
        self.met[fate] += 1
        return fate

    async def before_an_answer(self, fate: Fate) -> None:
        """Whatever is raised instead of an answer. A cancellation comes to the task that waits, as from outside."""
        await asyncio.sleep(0)
        match fate:
            case Fate.DOWN:
                raise ProviderUnavailable("unruly", "nobody listens", retry_after_seconds=0.5)
            case Fate.SERVER_ERROR:
                raise ProviderUnavailable("unruly", "503", retry_after_seconds=0.1, provider_status=503)
            case Fate.THROTTLED:
                raise ProviderThrottled("unruly", "429", retry_after_seconds=7.0, insufficient_quota=False)
            case Fate.REJECTED:
                raise ProviderRejected("unruly", "400", retry_after_seconds=60.0, provider_status=400)
            case Fate.LATE:
                raise DeadlineExceeded("the provider did not answer in time", part="unruly")
            case Fate.GARBAGE:
                raise UnusableCompletion("no JSON", part="unruly")
            case Fate.CANCELLED:
                await cancelled()

    def usage(self, prompt_tokens: int, most: int) -> TokenUsage:
        return TokenUsage(
            input_tokens=self.chance.randint(1, prompt_tokens), output_tokens=self.chance.randint(0, most)
        )


async def cancelled() -> None:
    task = asyncio.current_task()
    if task is not None:
        task.cancel()
    await asyncio.Event().wait()


@dataclass(kw_only=True)
class UnrulyChatModel:
    """Answers, streams and fails."""

    fates: Fates

    async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Completion:  # noqa: ARG002  # the port's
        fate = self.fates.next()
        await self.fates.before_an_answer(fate)
        if fate is Fate.BROKEN:
            raise ProviderUnavailable("unruly", "it broke off", retry_after_seconds=0.1)
        usage = None if fate is Fate.UNCOUNTED else self._usage(prompt)
        return Completion(text="보세요 " * PIECES, usage=usage, finish_reason=FinishReason.STOP)

    async def stream(
        self,
        prompt: Prompt,
        *,
        model: ModelConfig,  # noqa: ARG002  # the port's
        timeout_seconds: float,  # noqa: ARG002  # the port's
    ) -> AsyncGenerator[CompletionChunk, None]:
        fate, last = self.fates.next(), self.fates.chance.randrange(PIECES)
        if fate is not Fate.CANCELLED or last == 0:
            await self.fates.before_an_answer(fate)
        for piece in range(PIECES):
            yield CompletionChunk(text="보세요 ")
            if piece == last and fate is Fate.BROKEN:
                raise ProviderUnavailable("unruly", "it broke off", retry_after_seconds=0.1)
            if piece == last and fate is Fate.CANCELLED:
                await cancelled()
        usage = None if fate is Fate.UNCOUNTED else self._usage(prompt)
        yield CompletionChunk(usage=usage, finish_reason=FinishReason.STOP)

    def _usage(self, prompt: Prompt) -> TokenUsage:
        words = sum(len(message.text.split()) for message in prompt.messages)
        return self.fates.usage(words, prompt.max_output_tokens or 0)


@dataclass(kw_only=True)
class UnrulyEmbedder:
    """Embeds and fails."""

    fates: Fates

    async def embed(
        self,
        texts: Sequence[str],
        *,
        kind: TextKind,  # noqa: ARG002  # the port's
        model: ModelConfig,  # noqa: ARG002  # the port's
        timeout_seconds: float,  # noqa: ARG002  # the port's
    ) -> Embedded:
        fate = self.fates.next()
        await self.fates.before_an_answer(fate)
        if fate is Fate.BROKEN:
            raise ProviderUnavailable("unruly", "it broke off", retry_after_seconds=0.1)
        usage = None if fate is Fate.UNCOUNTED else self.fates.usage(len(texts), 0)
        return Embedded(vectors=(), usage=usage)


class Slip(StrEnum):
    """What goes wrong between the meter and its ledger."""

    NOT_OPENED = "the database was gone at opening"
    OPENED_AND_GONE = "it was gone once the row was opened"
    NOT_SETTLED = "it was gone at settling"
    SETTLED_AND_GONE = "it was gone once the row was settled"
    NEVER_SETTLED = "it was gone whenever this row was to be settled"
    SETTLED_TWICE = "settled twice"


@dataclass(kw_only=True)
class UnrulyLedger:
    """The real ledger behind a connection that comes and goes; it watches what the real one refuses.

    With `turns` every step has the ledger to itself, so that a refusal can be held against what stands in the database
    at its very instant; without, all goes at once.
    """

    ledger: UsageLedger
    chance: random.Random
    books: Books
    turns: bool = False
    slipping: float = 1.0
    """0 is never, 1 as often as usual."""
    away: bool = False
    """Always, at settling."""
    lost: set[str] = field(default_factory=set)
    slips: Counter[Slip] = field(default_factory=Counter)
    refused: int = 0
    faults: list[str] = field(default_factory=list)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def open(self, entry: UsageEntry, *, holds: Sequence[Hold] = ()) -> None:
        async with self._turn():
            self._slips(Slip.NOT_OPENED, 0.02)
            try:
                await self.ledger.open(entry, holds=holds)
            except BudgetExhausted as refusal:
                self.refused += 1
                await self._check(refusal, holds)
                raise
            if self.chance.random() < 0.03 * self.slipping:
                self.lost.add(entry.entry_id)
            self._slips(Slip.OPENED_AND_GONE, 0.02)

    async def settle(self, entry_id: str, settlement: Settlement) -> bool:
        async with self._turn():
            self._is_gone_for(entry_id)
            self._slips(Slip.NOT_SETTLED, 0.04)
            settled = await self.ledger.settle(entry_id, settlement)
            if self.chance.random() < 0.1 * self.slipping:
                self.slips[Slip.SETTLED_TWICE] += 1
                await self._settle_again(entry_id, settlement)
            self._slips(Slip.SETTLED_AND_GONE, 0.02)
            return settled

    async def settle_overdue(self, *, at: datetime) -> int:
        return await self.ledger.settle_overdue(at=at)

    async def _settle_again(self, entry_id: str, settlement: Settlement) -> None:
        before = await self.books.read() if self.turns else None
        if await self.ledger.settle(entry_id, settlement):
            self.faults.append(f"{entry_id} was settled a second time")
        if before is not None and before != await self.books.read():
            self.faults.append(f"settling {entry_id} a second time changed the book")

    async def _check(self, refusal: BudgetExhausted, holds: Sequence[Hold]) -> None:
        left, needed = Decimal(str(refusal.facts["left"])), Decimal(str(refusal.facts["needed"]))
        if needed <= left:
            self.faults.append(f"refused though it fits: {refusal.facts}")
        if self.turns and all(map(fits_in(await self.books.read()), holds)):
            self.faults.append(f"refused though every hold fits: {refusal.facts}")

    def _is_gone_for(self, entry_id: str) -> None:
        if self.away or entry_id in self.lost:
            self.slips[Slip.NEVER_SETTLED] += 1
            raise StoreUnavailable("database", Slip.NEVER_SETTLED.value)

    def _slips(self, slip: Slip, share: float) -> None:
        if self.chance.random() < share * self.slipping:
            self.slips[slip] += 1
            raise StoreUnavailable("database", slip.value)

    def _turn(self) -> AbstractAsyncContextManager[object]:
        return self._lock if self.turns else nullcontext()


def fits_in(book: Book) -> Callable[[Hold], bool]:
    """Whether a hold fits by the holds that stand in the database."""

    def fits(hold: Hold) -> bool:
        unit = 10**12 if hold.rule.unit == "usd" else 1
        starts = int(hold.window.starts_at.timestamp()) * 1_000_000
        mine = (hold.rule.name, hold.subject, starts)
        used = sum(
            each["amount"] if each["spent"] is None else each["spent"]
            for each in book.holds
            if (each["rule"], each["subject"], each["starts_at"]) == mine
        )
        return bool(used + int(hold.amount * unit) <= hold.rule.limit * unit)

    return fits
