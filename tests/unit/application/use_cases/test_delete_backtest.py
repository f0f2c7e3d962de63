import asyncio

import pytest

from application.use_cases.delete_backtest import DeleteBacktest
from domain.errors import NotFound
from domain.retrieval import SearchRequest
from tests.builders import a_backtest, a_caller, a_scope
from tests.unit.application.services import Service, a_service

MINA = a_scope("mina@quant.kr")


def deletion(service: Service) -> DeleteBacktest:
    return DeleteBacktest(archive=service.archive, work=service.work)


async def test_a_deleted_backtest_is_gone_at_once_also_from_what_a_search_finds() -> None:
    service = a_service()
    await service.record([a_backtest()], scope=MINA)
    await service.index()
    await deletion(service)("bt-2041", scope=MINA)
    with pytest.raises(NotFound):
        await service.archive.get("bt-2041", scope=MINA)
    answer = await service.memory.search(SearchRequest(query="RSI 과매도"), caller=a_caller())
    assert answer.results == ()


async def test_a_deleted_id_may_be_used_again() -> None:
    service = a_service()
    await service.record([a_backtest()], scope=MINA)
    await deletion(service)("bt-2041", scope=MINA)
    await service.record([a_backtest(notes="다시 돌린 것")], scope=MINA)
    await service.index()
    answer = await service.memory.search(SearchRequest(query="RSI 과매도"), caller=a_caller())
    assert [found.backtest.notes for found in answer.results] == ["다시 돌린 것"]


async def test_whoever_indexes_is_told_of_a_deletion() -> None:
    service = a_service()
    await service.archive.record([a_backtest()], scope=MINA, at=service.clock.now())
    waiting = asyncio.create_task(service.work.wait(timeout_seconds=60))
    await asyncio.sleep(0)
    await deletion(service)("bt-2041", scope=MINA)
    async with asyncio.timeout(5):
        await waiting


async def test_what_belongs_to_another_cannot_be_deleted() -> None:
    service = a_service()
    await service.record([a_backtest()], scope=MINA)
    with pytest.raises(NotFound):
        await deletion(service)("bt-2041", scope=a_scope("jun@quant.kr"))
    assert (await service.archive.get("bt-2041", scope=MINA)).backtest == a_backtest()
