import asyncio

from domain.backtest import IndexingState, RecordOutcome
from tests.builders import MOMENT, a_backtest, a_scope
from tests.unit.application.services import a_service

MINA, JUN = a_scope("mina@quant.kr"), a_scope("jun@quant.kr")


async def test_a_finished_backtest_is_kept_with_its_time_and_waits_to_be_indexed() -> None:
    service = a_service()
    assert await service.record([a_backtest()], scope=MINA) == [RecordOutcome.STORED]
    stored = await service.archive.get("bt-2041", scope=MINA)
    assert (stored.backtest, stored.recorded_at, stored.indexing) == (a_backtest(), MOMENT, IndexingState.PENDING)


async def test_the_same_backtest_again_changes_nothing_and_another_under_its_id_is_a_conflict() -> None:
    service = a_service()
    other = a_backtest(notes="다른 실행")
    outcomes = await service.record([a_backtest(), a_backtest(), other], scope=MINA)
    assert outcomes == [RecordOutcome.STORED, RecordOutcome.DUPLICATE, RecordOutcome.CONFLICT]
    assert (await service.archive.get("bt-2041", scope=MINA)).backtest == a_backtest()
    assert (await service.index()).taken == 1


async def test_two_users_may_use_the_same_id() -> None:
    service = a_service()
    assert await service.record([a_backtest()], scope=MINA) == [RecordOutcome.STORED]
    assert await service.record([a_backtest(notes="내 것")], scope=JUN) == [RecordOutcome.STORED]


async def test_whoever_indexes_is_told_that_there_is_work() -> None:
    service = a_service()
    waiting = asyncio.create_task(service.work.wait(timeout_seconds=60))
    await asyncio.sleep(0)
    await service.record([a_backtest()], scope=MINA)
    async with asyncio.timeout(5):
        await waiting
