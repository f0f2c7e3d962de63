"""The book of calls: a committed row with its hold before each attempt, its figures after it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from application.ports.governance import GovernanceSource
from application.ports.system import Clock, Ids
from application.ports.usage_ledger import UsageLedger
from application.streamed import Heard, Streamed
from domain.catalogue import ModelConfig
from domain.errors import DeadlineExceeded, DomainError, ProviderRejected, ProviderUnavailable, UnusableCompletion
from domain.generation import Caller, Generation
from domain.governance import Governance
from domain.policy import ServiceModelPolicy
from domain.prompting import CompletionChunk
from domain.usage import Settlement, TokenUsage, UsageEntry, UsageStatus, cost_of

SETTLING_SECONDS = 30.0
"""How long after its time-out a call may still be settled, before the sweeper does it."""
LONGEST_RETRY_WAIT_SECONDS = 2.0


class Reported(Protocol):
    """An answer that may say what it used."""

    @property
    def usage(self) -> TokenUsage | None:
        """None where the provider reported none."""


Answer = TypeVar("Answer", bound=Reported)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered(Generic[Answer]):
    """An answer, and what it took."""

    answer: Answer
    generation: Generation


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is to be asked of a provider, under which rules to its end, and the most that it may use."""

    caller: Caller
    rules: Governance
    policy: ServiceModelPolicy
    model: ModelConfig
    operation_id: str
    prompt_version: str | None
    estimate: TokenUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """Keeps the book of calls: a committed row before each attempt, its figures after it."""

    governance: GovernanceSource
    ledger: UsageLedger
    clock: Clock
    ids: Ids

    async def run(
        self, call: Call, ask: Callable[[], Awaitable[Answer]], count: Callable[[Answer], TokenUsage]
    ) -> Metered[Answer]:
        """The answer of the first attempt that succeeds; each attempt is a row under one operation.

        `count` measures an answer whose provider did not. Raises: what the last attempt raised, BudgetExhausted.
        """
        started = self.clock.elapsed()
        for attempt in range(1, call.policy.max_attempts + 1):
            try:
                answer, settlement = await self._attempt(call, attempt, ask, count)
            except ProviderUnavailable as failure:
                if not _worth_retrying(failure) or attempt == call.policy.max_attempts:
                    raise
                await self.clock.sleep(min(failure.retry_after_seconds, 0.25 * 2**attempt))
                continue
            taken_ms = self._milliseconds_since(started)
            return Metered(answer=answer, generation=_generation(call, attempt, settlement, taken_ms))
        raise AssertionError("a policy allows at least one attempt")

    async def stream(
        self,
        call: Call,
        ask: Callable[[], AsyncGenerator[CompletionChunk, None]],
        count: Callable[[str], TokenUsage],
    ) -> AsyncGenerator[Streamed, None]:
        """The answer in pieces, of the first attempt of which a piece arrives; the last piece has the generation.

        `count` measures what was received where the provider reports no usage. Closing the generator closes the
        provider's at once and settles what was received. Raises: as `run`, at any piece.
        """
        started = self.clock.elapsed()
        for attempt in range(1, call.policy.max_attempts + 1):
            heard = Heard()
            try:
                async with aclosing(self._streamed(call, attempt, heard, (ask, count))) as pieces:
                    async for piece in pieces:
                        if attempt == 1 or piece != Streamed():
                            yield self._timed(piece, started)
                return
            except ProviderUnavailable as failure:
                if heard.texts or not _worth_retrying(failure) or attempt == call.policy.max_attempts:
                    raise
                await self.clock.sleep(min(failure.retry_after_seconds, 0.25 * 2**attempt))

    async def _streamed(
        self,
        call: Call,
        attempt: int,
        heard: Heard,
        means: tuple[Callable[[], AsyncGenerator[CompletionChunk, None]], Callable[[str], TokenUsage]],
    ) -> AsyncGenerator[Streamed, None]:
        ask, count = means
        entry = self._pending(call, attempt)
        await self._open(call, entry)
        started, upstream = self.clock.elapsed(), ask()

        def so_far(reason: str | None = None) -> Settlement:
            return self._answered(call, entry, started, heard.usage or count(heard.text), reason)

        try:
            yield Streamed()
            async for chunk in upstream:
                heard.add(chunk)
                if chunk.text:
                    yield Streamed(text=chunk.text)
        except DomainError as failure:
            ended = so_far(failure.code) if heard.texts else self._failed(entry, started, failure)
            await asyncio.shield(self.ledger.settle(entry.entry_id, ended))
            raise
        except BaseException:
            # The caller left, or a bug. The provider hears of it first: it may still be writing.
            await asyncio.shield(self._abandon(upstream, entry, so_far("abandoned")))
            raise
        settlement = so_far()
        await asyncio.shield(self.ledger.settle(entry.entry_id, settlement))
        yield Streamed(generation=_generation(call, attempt, settlement, 0), finish_reason=heard.finish_reason)

    def _timed(self, piece: Streamed, started: float) -> Streamed:
        """The last piece with the time that all attempts took."""
        if piece.generation is None:
            return piece
        return replace(piece, generation=replace(piece.generation, latency_ms=self._milliseconds_since(started)))

    async def _abandon(
        self, upstream: AsyncGenerator[CompletionChunk, None], entry: UsageEntry, settlement: Settlement
    ) -> None:
        try:
            await upstream.aclose()
        finally:
            await self.ledger.settle(entry.entry_id, settlement)

    async def _attempt(
        self, call: Call, attempt: int, ask: Callable[[], Awaitable[Answer]], count: Callable[[Answer], TokenUsage]
    ) -> tuple[Answer, Settlement]:
        entry = self._pending(call, attempt)
        await self._open(call, entry)
        started = self.clock.elapsed()
        try:
            answer = await ask()
        except DomainError as failure:
            await self.ledger.settle(entry.entry_id, self._failed(entry, started, failure))
            raise
        except BaseException:
            # The caller left, or a bug: the provider may have worked, so the estimate stands.
            gone = self._estimated(entry, started, "abandoned")
            await asyncio.shield(self.ledger.settle(entry.entry_id, gone))
            raise
        settlement = self._answered(call, entry, started, answer.usage or count(answer))
        await asyncio.shield(self.ledger.settle(entry.entry_id, settlement))
        return answer, settlement

    def _pending(self, call: Call, attempt: int) -> UsageEntry:
        now = self.clock.now()
        price = call.model.price_at(now)
        return UsageEntry(
            entry_id=self.ids.new(),
            operation_id=call.operation_id,
            attempt=attempt,
            request_id=call.caller.request_id,
            at=now,
            deadline_at=now + timedelta(seconds=call.policy.timeout_seconds + SETTLING_SECONDS),
            user_id=call.caller.principal.user_id,
            service=call.policy.service,
            provider=call.model.provider,
            model_id=call.model.model_id,
            prompt_version=call.prompt_version,
            price_version=price.version,
            usage=replace(call.estimate, estimated=True),
            cost_usd=cost_of(call.estimate, price),
            key_id=call.caller.principal.key_id,
        )

    async def _open(self, call: Call, entry: UsageEntry) -> None:
        rules = call.rules.budgets_for(user_id=entry.user_id, service=entry.service, model_id=entry.model_id)
        holds = [
            rule.hold(user_id=entry.user_id, at=entry.at, usage=entry.usage, cost_usd=entry.cost_usd) for rule in rules
        ]
        await self.ledger.open(entry, holds=holds)

    def _answered(  # noqa: PLR0917  # what a settlement is made of
        self, call: Call, entry: UsageEntry, started: float, usage: TokenUsage, reason: str | None = None
    ) -> Settlement:
        cost = cost_of(usage, call.model.price_at(entry.at))
        return Settlement(
            status=UsageStatus.ESTIMATED if usage.estimated else UsageStatus.SETTLED,
            usage=usage,
            cost_usd=cost,
            saved_cost_usd=self._at_default(call, entry, usage) - cost,
            settled_at=self.clock.now(),
            latency_ms=self._milliseconds_since(started),
            reason=reason,
        )

    def _at_default(self, call: Call, entry: UsageEntry, usage: TokenUsage) -> Decimal:
        """What the policy's default model would have cost, with no cache."""
        catalogue = call.rules.catalogue
        default = next(
            (m for m in map(catalogue.get, call.policy.defaults) if m.provider == call.model.provider), call.model
        )
        uncached = replace(usage, cached_input_tokens=0, cache_write_tokens=0)
        return cost_of(uncached, default.price_at(entry.at))

    def _failed(self, entry: UsageEntry, started: float, failure: DomainError) -> Settlement:
        if isinstance(failure, UnusableCompletion | DeadlineExceeded):
            # The provider may have worked for it, so the estimate stands.
            return self._estimated(entry, started, failure.code)
        return Settlement(
            status=UsageStatus.FAILED,
            usage=TokenUsage(),
            cost_usd=Decimal(0),
            settled_at=self.clock.now(),
            latency_ms=self._milliseconds_since(started),
            reason=failure.code,
        )

    def _estimated(self, entry: UsageEntry, started: float, reason: str) -> Settlement:
        return Settlement(
            status=UsageStatus.ESTIMATED,
            usage=entry.usage,
            cost_usd=entry.cost_usd,
            settled_at=self.clock.now(),
            latency_ms=self._milliseconds_since(started),
            reason=reason,
        )

    def _milliseconds_since(self, started: float) -> int:
        return round((self.clock.elapsed() - started) * 1000)


def _worth_retrying(failure: ProviderUnavailable) -> bool:
    return not isinstance(failure, ProviderRejected) and failure.retry_after_seconds <= LONGEST_RETRY_WAIT_SECONDS


def _generation(call: Call, attempts: int, settlement: Settlement, latency_ms: int) -> Generation:
    return Generation(
        operation_id=call.operation_id,
        service=call.policy.service,
        provider=call.model.provider,
        model_id=call.model.model_id,
        prompt_version=call.prompt_version,
        attempts=attempts,
        usage=settlement.usage,
        cost_usd=settlement.cost_usd,
        latency_ms=latency_ms,
    )
