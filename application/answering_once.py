"""One answer a key: the first to ask is answered, the others wait for that answer and get it again."""

import asyncio
import contextlib
from datetime import datetime, timedelta

from application.ports.answer_book import AnswerBook, Claim, FirstAnswer, KeyedRequest, Standing
from application.ports.system import Clock, Ids
from domain.errors import DomainError
from domain.idempotency import KeyReused, RequestInProgress

LEASE_MARGIN_SECONDS = 60.0
"""How long past its deadline a request stays claimed: by then what a crash left open is closed in the ledger."""
EXTENDING_SECONDS = 10.0
FIRST_LOOK_SECONDS, LAST_LOOK_SECONDS = 0.1, 1.0
"""Between two looks at a request that another process answers: the pause doubles from the one to the other."""
RETRY_AFTER_SECONDS = 5.0


class AnsweringOnce:
    """Lets one asker of each keyed request through to the work, in all processes over one book.

    In this process the others wait for the end of the work; over processes they look into the book now and then.
    """

    def __init__(
        self, *, book: AnswerBook, clock: Clock, ids: Ids, extending_seconds: float = EXTENDING_SECONDS
    ) -> None:
        self._book = book
        self._clock = clock
        self._ids = ids
        self._extending_seconds = extending_seconds
        self._under_way: dict[KeyedRequest, asyncio.Future[FirstAnswer | None]] = {}
        self._extending: dict[str, asyncio.Task[None]] = {}

    async def begin(self, request: KeyedRequest, *, deadline_seconds: float) -> Claim | FirstAnswer:
        """The answer that was given already, else the claim to work on one, which its holder must `end`.

        Waits at most so long for somebody else who works on it. A claim lasts while this process does.
        Raises: KeyReused, RequestInProgress, StoreUnavailable.
        """
        until = self._clock.elapsed() + deadline_seconds
        while (other := self._under_way.get(request)) is not None:
            answer = await self._heard_from(other, request, until=until)
            if answer is not None:
                return answer
        self._under_way[request] = asyncio.get_running_loop().create_future()
        begun: Claim | FirstAnswer | None = None
        try:
            begun = await self._begun(request, until=until, lease_seconds=deadline_seconds + LEASE_MARGIN_SECONDS)
        finally:
            if not isinstance(begun, Claim):
                self._tell(request, begun)
        return begun

    async def end(self, claim: Claim, answer: FirstAnswer | None, *, keep: bool) -> bool:
        """Whether the answer is kept now; where it is not, the key is free. None says that there is none.

        Those who wait in this process get the answer even where it is not kept: they asked while it was made.
        Raises: StoreUnavailable, and the key is free only when its lease is over.
        """
        self._extending.pop(claim.claim_id).cancel()
        try:
            if answer is not None and keep:
                return await self._book.keep(claim, answer)
            await self._book.release(claim)
        finally:
            self._tell(claim.request, answer)
        return False

    def _tell(self, request: KeyedRequest, answer: FirstAnswer | None) -> None:
        self._under_way.pop(request).set_result(answer)

    async def _heard_from(
        self, other: "asyncio.Future[FirstAnswer | None]", request: KeyedRequest, *, until: float
    ) -> FirstAnswer | None:
        await asyncio.wait({other}, timeout=max(0.0, until - self._clock.elapsed()))
        if not other.done():
            raise RequestInProgress(request.key, retry_after_seconds=RETRY_AFTER_SECONDS)
        return other.result()

    async def _begun(self, request: KeyedRequest, *, until: float, lease_seconds: float) -> Claim | FirstAnswer:
        pause = FIRST_LOOK_SECONDS
        while True:
            claim = self._claim(request, lease_seconds)
            standing = await self._standing(claim)
            if isinstance(standing, FirstAnswer):
                return standing
            if standing is Standing.GRANTED:
                extending = asyncio.create_task(self._extend(claim, lease_seconds))
                self._extending[claim.claim_id] = extending
                return claim
            left = until - self._clock.elapsed()
            if standing is Standing.OF_ANOTHER_REQUEST:
                raise KeyReused(request.key)
            if left <= 0:
                raise RequestInProgress(request.key, retry_after_seconds=RETRY_AFTER_SECONDS)
            await self._clock.sleep(min(pause, left))
            pause = min(2 * pause, LAST_LOOK_SECONDS)

    async def _standing(self, claim: Claim) -> Standing | FirstAnswer:
        try:
            return await self._book.claim(claim)
        except asyncio.CancelledError:
            # It may have been granted meanwhile, and nobody would work on it.
            with contextlib.suppress(DomainError):
                await asyncio.shield(self._book.release(claim))
            raise

    def _claim(self, request: KeyedRequest, lease_seconds: float) -> Claim:
        now = self._clock.now()
        ends_at = _after(now, lease_seconds)
        return Claim(request=request, claim_id=self._ids.new(), at=now, lease_ends_at=ends_at)

    async def _extend(self, claim: Claim, lease_seconds: float) -> None:
        """Goes on while the work does. An outage is no end of it: the lease outlasts a few failures."""
        held = True
        while held:
            await asyncio.sleep(self._extending_seconds)
            with contextlib.suppress(DomainError):
                held = await self._book.extend(claim, until=_after(self._clock.now(), lease_seconds))


def _after(moment: datetime, seconds: float) -> datetime:
    return moment + timedelta(seconds=seconds)
