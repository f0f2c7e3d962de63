import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import pytest

from adapters.memory.answer_book import InMemoryAnswerBook
from adapters.memory.clock import SettableClock
from adapters.memory.ids import CountingIds
from application.answering_once import LEASE_MARGIN_SECONDS, AnsweringOnce
from application.ports.answer_book import Claim, FirstAnswer, KeyedRequest, Standing
from domain.errors import StoreUnavailable
from domain.idempotency import KeyReused, RequestInProgress
from domain.identity import UserScope
from tests.builders import MOMENT, later

DEADLINE = 30.0
LEASE = DEADLINE + LEASE_MARGIN_SECONDS
ANSWER = FirstAnswer(status=200, body="낙폭 18%".encode())
REFUSAL = FirstAnswer(status=503, body=b"down")


class Clock(SettableClock):
    """Sleeping gives way to others."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        await asyncio.sleep(0)


class Shared:
    """A book and a time that several processes share."""

    def __init__(self) -> None:
        self.book = InMemoryAnswerBook()
        self.clock = Clock(MOMENT)
        self.ids = CountingIds()

    def process(self, *, extending_seconds: float = 3_600.0) -> AnsweringOnce:
        return AnsweringOnce(book=self.book, clock=self.clock, ids=self.ids, extending_seconds=extending_seconds)


@pytest.fixture
def shared() -> Shared:
    return Shared()


def a_request(fingerprint: str = "f-1", *, user: str = "민지") -> KeyedRequest:
    return KeyedRequest(scope=UserScope(user_id=user), key="order-1", fingerprint=fingerprint)


async def ask(once: AnsweringOnce, request: KeyedRequest | None = None) -> Claim | FirstAnswer:
    return await once.begin(request or a_request(), deadline_seconds=DEADLINE)


async def claimed(once: AnsweringOnce, request: KeyedRequest | None = None) -> Claim:
    begun = await ask(once, request)
    assert isinstance(begun, Claim)
    return begun


@asynccontextmanager
async def waiting(once: AnsweringOnce, count: int) -> AsyncIterator[list["asyncio.Task[Claim | FirstAnswer]"]]:
    """So many who ask and do not get an answer yet."""
    tasks = [asyncio.create_task(ask(once)) for _ in range(count)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in tasks)
    yield tasks
    await asyncio.wait(tasks)


async def test_the_first_works_and_whoever_comes_later_gets_its_answer(shared: Shared) -> None:
    once = shared.process()
    claim = await claimed(once)
    assert await once.end(claim, ANSWER, keep=True)
    assert await ask(once) == ANSWER
    assert await ask(shared.process()) == ANSWER


async def test_those_who_come_meanwhile_wait_for_the_answer(shared: Shared) -> None:
    once = shared.process()
    claim = await claimed(once)
    async with waiting(once, 10) as others:
        await once.end(claim, ANSWER, keep=True)
    assert [task.result() for task in others] == [ANSWER] * 10


async def test_an_answer_that_is_not_kept_is_heard_by_those_who_wait_and_by_nobody_later(shared: Shared) -> None:
    once = shared.process()
    claim = await claimed(once)
    async with waiting(once, 3) as others:
        assert not await once.end(claim, REFUSAL, keep=False)
    assert [task.result() for task in others] == [REFUSAL] * 3
    await claimed(once)


async def test_where_there_is_no_answer_one_of_those_who_wait_works_next(shared: Shared) -> None:
    once = shared.process()
    claim = await claimed(once)
    async with waiting(once, 3) as others:
        await once.end(claim, None, keep=True)
        done, pending = await asyncio.wait(others, return_when=asyncio.FIRST_COMPLETED)
        (heir,) = (task.result() for task in done)
        assert len(pending) == 2
        assert isinstance(heir, Claim)
        await once.end(heir, ANSWER, keep=True)
    assert sorted(isinstance(task.result(), FirstAnswer) for task in others) == [False, True, True]


async def test_another_process_looks_until_the_answer_is_there(shared: Shared) -> None:
    here, there = shared.process(), shared.process()
    claim = await claimed(here)
    async with waiting(there, 5) as others:
        await here.end(claim, ANSWER, keep=True)
    assert [task.result() for task in others] == [ANSWER] * 5


async def test_another_process_works_itself_where_the_first_kept_nothing(shared: Shared) -> None:
    here, there = shared.process(), shared.process()
    claim = await claimed(here)
    async with waiting(there, 1) as others:
        await here.end(claim, REFUSAL, keep=False)
    assert isinstance(others[0].result(), Claim)


async def test_who_waits_past_the_deadline_is_told_when_to_come_back(shared: Shared) -> None:
    here, there = shared.process(), shared.process()
    claim = await claimed(here)
    with pytest.raises(RequestInProgress) as told:
        await ask(there)
    assert told.value.facts == {"idempotency_key": "order-1", "retry_after_seconds": 5.0}
    with pytest.raises(RequestInProgress):
        await here.begin(a_request(), deadline_seconds=0.0)
    await here.end(claim, ANSWER, keep=True)
    assert await ask(there) == ANSWER


async def test_another_request_under_the_key_is_told_so_at_once(shared: Shared) -> None:
    once = shared.process()
    claim = await claimed(once)
    for _ in range(2):
        with pytest.raises(KeyReused, match="order-1"):
            await ask(once, a_request("f-2"))
    await once.end(claim, ANSWER, keep=True)
    with pytest.raises(KeyReused):
        await ask(once, a_request("f-2"))
    assert await ask(once) == ANSWER


async def test_a_wrong_request_does_not_stand_in_the_way_of_the_right_one(shared: Shared) -> None:
    first = shared.process()
    await first.end(await claimed(first), ANSWER, keep=True)
    once = shared.process()
    wrong, right = await asyncio.gather(ask(once, a_request("f-2")), ask(once), return_exceptions=True)
    assert isinstance(wrong, KeyReused)
    assert right == ANSWER


async def test_the_same_key_of_another_user_is_another_key(shared: Shared) -> None:
    once = shared.process()
    await claimed(once)
    await claimed(once, a_request(user="민지 "))


async def test_what_a_crash_left_is_taken_over_when_its_lease_is_over(shared: Shared) -> None:
    doomed, heir = shared.process(), shared.process()
    crashed = await claimed(doomed)
    assert crashed.lease_ends_at == later(LEASE)
    shared.clock.advance(LEASE)
    claim = await claimed(heir)
    assert await heir.end(claim, ANSWER, keep=True)
    assert not await doomed.end(crashed, REFUSAL, keep=True)
    assert await ask(heir) == ANSWER


async def test_a_lease_is_extended_for_as_long_as_the_work_goes_on(shared: Shared) -> None:
    once = shared.process(extending_seconds=0.0)
    claim = await claimed(once)
    shared.clock.advance(LEASE - 1)
    await several_turns()
    shared.clock.advance(LEASE - 1)
    rival = a_claim(shared.clock.now())
    assert await shared.book.claim(rival) is Standing.UNDER_WAY
    await once.end(claim, None, keep=False)
    await several_turns()
    assert await shared.book.claim(rival) is Standing.GRANTED


def a_claim(at: datetime) -> Claim:
    return Claim(request=a_request(), claim_id="rival", at=at, lease_ends_at=at)


async def several_turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


class Failing(InMemoryAnswerBook):
    """A book that is down for its first few calls of a kind."""

    def __init__(self, *, claims: int = 0, extensions: int = 0, keeps: int = 0) -> None:
        super().__init__()
        self._left = {"claim": claims, "extend": extensions, "keep": keeps}

    def _fail(self, call: str) -> None:
        if self._left[call]:
            self._left[call] -= 1
            raise StoreUnavailable("database", "it is down")

    async def claim(self, claim: Claim) -> Standing | FirstAnswer:
        self._fail("claim")
        return await super().claim(claim)

    async def extend(self, claim: Claim, *, until: datetime) -> bool:
        self._fail("extend")
        return await super().extend(claim, until=until)

    async def keep(self, claim: Claim, answer: FirstAnswer) -> bool:
        self._fail("keep")
        return await super().keep(claim, answer)


async def test_a_book_that_is_down_lets_nobody_work_and_leaves_the_key_free(shared: Shared) -> None:
    shared.book = Failing(claims=1)
    once = shared.process()
    with pytest.raises(StoreUnavailable):
        await ask(once)
    await claimed(once)


async def test_a_lease_survives_an_outage(shared: Shared) -> None:
    shared.book = Failing(extensions=1)
    once = shared.process(extending_seconds=0.0)
    await claimed(once)
    shared.clock.advance(LEASE - 1)
    await several_turns()
    shared.clock.advance(1)
    assert await shared.book.claim(a_claim(shared.clock.now())) is Standing.UNDER_WAY


async def test_those_who_wait_hear_an_answer_that_could_not_be_kept(shared: Shared) -> None:
    shared.book = Failing(keeps=1)
    once = shared.process()
    claim = await claimed(once)
    async with waiting(once, 2) as others:
        with pytest.raises(StoreUnavailable):
            await once.end(claim, ANSWER, keep=True)
    assert [task.result() for task in others] == [ANSWER] * 2


async def test_who_is_cancelled_while_claiming_leaves_the_key_free(shared: Shared) -> None:
    granting = asyncio.Event()

    class Slow(InMemoryAnswerBook):
        async def claim(self, claim: Claim) -> Standing | FirstAnswer:
            standing = await super().claim(claim)
            granting.set()
            await asyncio.sleep(3_600)
            return standing

    slow = Slow()
    once = AnsweringOnce(book=slow, clock=shared.clock, ids=shared.ids)
    asking = asyncio.create_task(ask(once))
    await granting.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await InMemoryAnswerBook.claim(slow, a_claim(MOMENT)) is Standing.GRANTED
