import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from domain.backtest import Backtest
from domain.identity import UserScope
from entrypoints import indexing_life
from entrypoints.indexing_life import LANES, keep_indexing
from tests.builders import a_backtest, a_scope, a_tested_strategy
from tests.unit.application.embedders import OUTAGE, CountingEmbedder
from tests.unit.application.services import Service, a_service, with_embedder

MINA, JUN = a_scope("mina@quant.kr"), a_scope("준")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing_life, "GATHERING_SECONDS", 0.0)


class OneAtOnce(CountingEmbedder):
    texts_at_once = 1


def a_run(number: int) -> Backtest:
    return a_backtest(backtest_id=f"bt-{number}", strategy=a_tested_strategy(name=f"RSI 역추세 {number}"))


async def waiting_service(embedder: CountingEmbedder, *, runs: int, scope: UserScope = MINA) -> Service:
    """A service with so many runs to index, whose embedding model does not answer yet."""
    embedder.may_answer.clear()
    service = with_embedder(a_service(), embedder)
    await service.record([a_run(number) for number in range(runs)], scope=scope)
    return service


@asynccontextmanager
async def indexing(service: Service) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.ensure_future(keep_indexing(service.index, service.work))
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110  # no event says it
            await asyncio.sleep(0)


async def settle_down() -> None:
    for _ in range(200):
        await asyncio.sleep(0)


async def is_all_indexed(service: Service, *scopes: UserScope) -> bool:
    return not any([await service.archive.unindexed(scope=scope) for scope in scopes or (MINA,)])


async def test_several_batches_are_under_way_and_no_more() -> None:
    embedder = OneAtOnce()
    service = await waiting_service(embedder, runs=LANES + 2)
    async with indexing(service):
        await settle_down()
        assert len(embedder.requests) == LANES
        embedder.may_answer.set()
        await until(lambda: is_all_indexed(service))
    assert sorted(embedder.texts) == sorted(set(embedder.texts))
    assert await service.vectors.count(scope=MINA, space=service.memory.space) == LANES + 2


async def test_users_are_indexed_beside_each_other() -> None:
    embedder = CountingEmbedder()
    service = await waiting_service(embedder, runs=2)
    await service.record([a_run(1)], scope=JUN)
    async with indexing(service):
        await settle_down()
        assert sorted(map(len, embedder.requests)) == [1, 2]
        embedder.may_answer.set()
        await until(lambda: is_all_indexed(service, MINA, JUN))


async def test_a_card_that_is_in_hand_is_not_taken_into_another_hand() -> None:
    embedder = OneAtOnce()
    service = await waiting_service(embedder, runs=1)
    async with indexing(service):
        await embedder.asked.wait()
        await service.archive.delete("bt-0", scope=MINA)
        service.work.notify()
        await settle_down()
        embedder.may_answer.set()
        await settle_down()

        async def is_over() -> bool:
            backlog = await service.archive.backlog()
            return backlog.indexing == backlog.removals == 0

        await until(is_over)
    assert await service.vectors.count(scope=MINA, space=service.memory.space) == 0


async def test_while_a_model_is_down_one_batch_at_a_time_tries_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    async def waited(seconds: float) -> None:
        if seconds:
            asked.append(len(embedder.requests))
            service.clock.advance(seconds)
        await asyncio.sleep(0)

    embedder = OneAtOnce(*[OUTAGE] * (LANES + 5))
    service = await waiting_service(embedder, runs=2 * LANES)
    embedder.may_answer.set()
    monkeypatch.setattr(indexing_life, "sleep", waited)
    async with indexing(service):
        await until(lambda: is_all_indexed(service))
    before_the_first, *later = asked
    assert before_the_first <= LANES + 1  # what was under way, and what was in hand
    assert later == [before_the_first + number for number in range(1, len(later) + 1)]
    assert len(later) >= 4


async def test_what_ends_with_a_bug_ends_the_others_and_is_told() -> None:
    embedder = OneAtOnce()
    service = await waiting_service(embedder, runs=LANES)

    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    service.vectors.upsert = broken  # type: ignore[method-assign]  # a bug of this one object
    async with indexing(service) as task:
        embedder.may_answer.set()
        with pytest.raises(ZeroDivisionError):
            await asyncio.wait_for(task, 20)
