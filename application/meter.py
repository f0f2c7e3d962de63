"""The meter: a committed row before each attempt, its figures after it, one deadline over all attempts."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from application.attempt import ABANDONED, Attempt, worked_for
from application.bookkeeping import Book
from application.operation import Call, Operation
from application.ports.governance import GovernanceSource
from application.ports.system import Clock, Ids
from application.streamed import Heard, Streamed
from domain.errors import DeadlineExceeded, DomainError, ProviderRejected, ProviderUnavailable
from domain.generation import Generation
from domain.policy import ServiceModelPolicy
from domain.prompting import CompletionChunk
from domain.usage import Settlement, TokenUsage

LONGEST_RETRY_WAIT_SECONDS = 2.0
CLOSING_SECONDS = 2.0
"""How long a provider's stream may take to close before its row is settled all the same."""


class Reported(Protocol):
    """An answer that may say what it used."""

    @property
    def usage(self) -> TokenUsage | None:
        """None where the provider reported none."""


Answer = TypeVar("Answer", bound=Reported)
Upstream = AsyncGenerator[CompletionChunk, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered(Generic[Answer]):
    """An answer, and what its operation took so far."""

    answer: Answer
    generation: Generation


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaming:
    """How an answer is had in pieces: `ask` within so many seconds; `count` what was heard, if nothing is reported."""

    ask: Callable[[float], Upstream]
    count: Callable[[str], TokenUsage]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """Keeps the book of calls. The policy's time-out bounds an operation: every call, every attempt, every wait."""

    governance: GovernanceSource
    book: Book
    clock: Clock
    ids: Ids

    def begin(self, policy: ServiceModelPolicy, *, timeout_seconds: float | None = None) -> Operation:
        """A new operation, with the policy's time or less."""
        now = self.clock.elapsed()
        seconds = min(policy.timeout_seconds, timeout_seconds or policy.timeout_seconds)
        return Operation(operation_id=self.ids.new(), began=now, ends=now + seconds)

    async def run(
        self, call: Call, ask: Callable[[float], Awaitable[Answer]], count: Callable[[Answer], TokenUsage]
    ) -> Metered[Answer]:
        """The answer of the first attempt that succeeds; each attempt is a row of the operation.

        `ask` is told how many seconds are left; `count` measures an answer whose provider did not. Raises: what the
        last attempt raised, DeadlineExceeded, BudgetExhausted, StoreUnavailable (no provider was asked then).
        """
        for tried in range(1, call.policy.max_attempts + 1):
            try:
                answer = await self._answer(call, ask, count)
            except ProviderUnavailable as failure:
                if not await self._may_try_again(call, failure, tried):
                    raise
                continue
            return Metered(answer=answer, generation=self._generation(call))
        raise AssertionError("a policy allows at least one attempt")

    async def stream(self, call: Call, means: Streaming) -> AsyncGenerator[Streamed, None]:
        """The answer in pieces, of the first attempt of which a piece arrives; the last piece has the generation.

        Closing the generator closes the provider's at once and settles what was received. Raises: as `run`, at any
        piece.
        """
        for tried in range(1, call.policy.max_attempts + 1):
            heard = Heard()
            try:
                async with aclosing(self._pieces(call, means, heard)) as pieces:
                    async for piece in pieces:
                        if tried == 1 or piece != Streamed():
                            yield piece
                return
            except ProviderUnavailable as failure:
                if heard.passed_on or not await self._may_try_again(call, failure, tried):
                    raise

    async def _answer(
        self, call: Call, ask: Callable[[float], Awaitable[Answer]], count: Callable[[Answer], TokenUsage]
    ) -> Answer:
        attempt, left = await self._opened(call)
        try:
            answer = await ask(left)
        except DomainError as failure:
            await self._settle(attempt, attempt.failed(failure))
            raise
        except BaseException:
            # The caller left, or a bug: the provider may be working on, and will not say what it took.
            await self._settle(attempt, attempt.at_most(ABANDONED))
            raise
        await self._settle(attempt, attempt.answered(answer.usage or count(answer)))
        return answer

    async def _pieces(self, call: Call, means: Streaming, heard: Heard) -> AsyncGenerator[Streamed, None]:
        attempt, _ = await self._opened(call)
        upstream: Upstream | None = None

        def so_far(reason: str) -> Settlement:
            if upstream is None:
                return attempt.not_worked_for(reason)
            return attempt.answered(heard.usage or means.count(heard.text), reason=reason)

        try:
            yield Streamed()
            upstream = means.ask(self._left(call))
            async for chunk in upstream:
                piece = heard.add(chunk)
                if piece is not None:
                    yield piece
        except DomainError as failure:
            charged = heard.passed_on or worked_for(failure)
            await self._settle(attempt, so_far(failure.code) if charged else attempt.not_worked_for(failure.code))
            raise
        except BaseException:
            # The caller left, or a bug. The provider hears of it first: it may still be writing.
            await self._leave(upstream, attempt, so_far(ABANDONED))
            raise
        await self._settle(attempt, attempt.answered(heard.usage or means.count(heard.text)))
        yield Streamed(generation=self._generation(call), finish_reason=heard.finish_reason)

    async def _opened(self, call: Call) -> tuple[Attempt, float]:
        """A committed row, and the seconds that are left. Raises: DeadlineExceeded, and then nothing was sent."""
        left = self._left(call)
        attempt = Attempt.of(call, entry_id=self.ids.new(), clock=self.clock, left_seconds=left)
        await self.book.open(attempt, within_seconds=left)
        try:
            return attempt, self._left(call)
        except DeadlineExceeded as failure:
            await self._settle(attempt, attempt.not_worked_for(failure.code))
            raise

    async def _settle(self, attempt: Attempt, settlement: Settlement) -> None:
        attempt.call.operation.charge(settlement)
        await self.book.settle(attempt, settlement)

    async def _leave(self, upstream: Upstream | None, attempt: Attempt, settlement: Settlement) -> None:
        async def close_and_settle() -> None:
            try:
                if upstream is not None:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(CLOSING_SECONDS):
                            await upstream.aclose()
            finally:
                await self.book.settled(attempt, settlement)

        attempt.call.operation.charge(settlement)
        await self.book.see_to(close_and_settle())

    async def _may_try_again(self, call: Call, failure: ProviderUnavailable, tried: int) -> bool:
        """True once the time that the provider asks for has passed. Raises: DeadlineExceeded."""
        wait = failure.retry_after_seconds
        hopeless = isinstance(failure, ProviderRejected) or wait > LONGEST_RETRY_WAIT_SECONDS
        if hopeless or tried == call.policy.max_attempts:
            return False
        if wait >= self._left(call):
            return False
        await self.clock.sleep(wait)
        return True

    def _left(self, call: Call) -> float:
        left = call.operation.ends - self.clock.elapsed()
        if left <= 0:
            raise DeadlineExceeded("the time allowed for the whole operation has passed")
        return left

    def _generation(self, call: Call) -> Generation:
        operation = call.operation
        return Generation(
            operation_id=operation.operation_id,
            service=call.policy.service,
            provider=call.model.provider,
            model_id=call.model.model_id,
            prompt_version=call.prompt_version,
            attempts=operation.attempts,
            usage=operation.usage,
            cost_usd=operation.cost_usd,
            latency_ms=round((self.clock.elapsed() - operation.began) * 1000),
            max_output_tokens=call.most.output_tokens or None,
        )
