from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from adapters.memory.embedder import HashedWordsEmbedder
from adapters.memory.vector_store import InMemoryVectorStore
from application.use_cases.index_backtests import LEASE_SECONDS, REFUSED_WAIT_SECONDS
from domain.access_errors import RateLimited
from domain.backtest import Backtest, IndexingState
from domain.budget import BudgetPeriod, BudgetRule, BudgetUnit
from domain.catalogue import ModelConfig
from domain.embedding import MOST_TEXTS, Card, Embedded, TextKind
from domain.errors import DeadlineExceeded, DomainError, StoreUnavailable
from domain.identity import UserScope
from domain.provider_errors import ProviderBrokeOff
from domain.rate_limit import RateRule, RateSubject
from domain.usage import UsageStatus
from tests.builders import a_backtest, a_caller, a_scope, a_tested_strategy
from tests.unit.application.embedders import OUTAGE, FailingEmbedder, PickyEmbedder
from tests.unit.application.services import Service, a_service, with_embedder

MINA, JUN = a_scope("mina@quant.kr"), a_scope("jun@quant.kr")
DAY_SECONDS = 24 * 3600.0


def a_named(backtest_id: str, name: str = "RSI 과매도 반등") -> Backtest:
    return a_backtest(backtest_id=backtest_id, strategy=a_tested_strategy(name=name))


async def states(service: Service, scope: UserScope = MINA) -> dict[str, IndexingState]:
    page = await service.archive.page(scope=scope, limit=500)
    return {stored.backtest.backtest_id: stored.indexing for stored in page.items}


async def cards(service: Service, scope: UserScope = MINA) -> int:
    return await service.vectors.count(scope=scope, space=service.memory.space)


def a_token_budget(limit: int) -> BudgetRule:
    return BudgetRule(name="memory", unit=BudgetUnit.TOKENS, limit=Decimal(limit), period=BudgetPeriod.DAY)


async def test_what_was_recorded_is_indexed_and_then_there_is_nothing_to_do() -> None:
    service = a_service()
    await service.record([a_named("bt-1"), a_named("bt-2", "MACD 추세추종")], scope=MINA)
    assert (await service.index()).taken == 2
    assert set((await states(service)).values()) == {IndexingState.INDEXED}
    assert await cards(service) == 2
    assert (await service.index()).taken == 0


async def test_a_batch_takes_so_many_and_the_next_one_takes_the_rest() -> None:
    service = a_service()
    await service.record([a_named(f"bt-{i}") for i in range(MOST_TEXTS + 3)], scope=MINA)
    assert [(await service.index()).taken for _ in range(3)] == [MOST_TEXTS, 3, 0]


async def test_a_batch_of_several_users_is_indexed_and_paid_for_by_each_of_them() -> None:
    service = a_service()
    await service.record([a_named("bt-1")], scope=MINA)
    await service.record([a_named("bt-1", "MACD 추세추종")], scope=JUN)
    await service.record([a_named("bt-2", "돈치안 돌파")], scope=MINA)
    assert (await service.index()).taken == 3
    assert (await cards(service, MINA), await cards(service, JUN)) == (2, 1)
    assert sorted((entry.user_id, entry.service) for entry in await service.entries()) == [
        ("jun@quant.kr", "memory"),
        ("mina@quant.kr", "memory"),
    ]


async def test_an_outage_for_one_user_leaves_the_others_alone() -> None:
    service = with_embedder(a_service(), FailingEmbedder(OUTAGE))
    await service.record([a_named("bt-1")], scope=MINA)
    await service.record([a_named("bt-1")], scope=JUN)
    await service.index()
    found = {**await states(service, MINA)}, {**await states(service, JUN)}
    assert sorted(state["bt-1"] for state in found) == [IndexingState.INDEXED, IndexingState.PENDING]


async def test_a_card_that_is_refused_does_not_hold_up_the_others() -> None:
    service = with_embedder(a_service(), PickyEmbedder("거절"))
    await service.record([a_named("bt-1"), a_named("bt-2", "거절될 전략"), a_named("bt-3", "MACD")], scope=MINA)
    assert (await service.index()).taken == 3
    assert await states(service) == {
        "bt-1": IndexingState.INDEXED,
        "bt-2": IndexingState.FAILED,
        "bt-3": IndexingState.INDEXED,
    }


async def test_a_refused_card_is_tried_again_after_an_hour() -> None:
    picky = PickyEmbedder("거절")
    service = with_embedder(a_service(), picky)
    await service.record([a_named("bt-1", "거절될 전략")], scope=MINA)
    await service.index()
    picky.word = "이제는 아무것도"
    assert (await service.index()).taken == 0
    service.clock.advance(REFUSED_WAIT_SECONDS)
    assert (await service.index()).taken == 1
    assert await states(service) == {"bt-1": IndexingState.INDEXED}


async def test_an_exhausted_budget_postpones_and_the_new_window_catches_up() -> None:
    service = a_service(budgets=(a_token_budget(60),))
    await service.record([a_named("bt-1")], scope=MINA)
    await service.index()
    await service.record([a_named("bt-2", "MACD 추세추종 12 26 9")], scope=MINA)
    await service.index()
    assert await states(service) == {"bt-1": IndexingState.INDEXED, "bt-2": IndexingState.PENDING}
    service.clock.advance(DAY_SECONDS)
    assert (await service.index()).taken == 1
    assert await states(service) == {"bt-1": IndexingState.INDEXED, "bt-2": IndexingState.INDEXED}


async def test_a_batch_above_the_whole_budget_is_indexed_as_far_as_the_budget_goes() -> None:
    service = a_service(budgets=(a_token_budget(200),))
    await service.record([a_named(f"bt-{i}", f"전략 {i}") for i in range(8)], scope=MINA)
    await service.index()
    done = list((await states(service)).values()).count(IndexingState.INDEXED)
    assert 0 < done < 8
    for _ in range(8):
        service.clock.advance(DAY_SECONDS)
        await service.index()
    assert set((await states(service)).values()) == {IndexingState.INDEXED}


async def test_indexing_takes_half_of_a_rate_limit_and_comes_back_when_there_is_room() -> None:
    each_user = RateRule(name="사람마다", each=RateSubject.USER, requests_per_minute=4)
    service = a_service(rate_limits=(each_user,))
    for n in range(3):
        await service.record([a_named(f"bt-{n}", f"전략 {n}")], scope=MINA)
        await service.index()
    assert list((await states(service)).values()).count(IndexingState.PENDING) == 1
    for _ in range(2):
        await service.embedder.embed(["과매도"], kind=TextKind.QUERY, caller=a_caller(user_id=MINA.user_id))
    with pytest.raises(RateLimited):
        await service.embedder.embed(["과매도"], kind=TextKind.QUERY, caller=a_caller(user_id=MINA.user_id))
    assert await waited(service) <= 61
    assert set((await states(service)).values()) == {IndexingState.INDEXED}


async def test_the_rate_limit_of_one_user_leaves_the_others_alone() -> None:
    service = a_service(rate_limits=(RateRule(name="사람마다", each=RateSubject.USER, requests_per_minute=1),))
    await service.record([a_named("bt-1")], scope=MINA)
    await service.index()
    await service.record([a_named("bt-2", "MACD")], scope=MINA)
    await service.record([a_named("bt-2", "MACD")], scope=JUN)
    await service.index()
    assert (await states(service, MINA))["bt-2"] is IndexingState.PENDING
    assert (await states(service, JUN))["bt-2"] is IndexingState.INDEXED


async def test_a_batch_above_a_rate_limit_is_indexed_one_by_one() -> None:
    service = a_service(rate_limits=(RateRule(name="모두", tokens_per_minute=400),))
    await service.record([a_named(f"bt-{n}", f"전략 {n}") for n in range(8)], scope=MINA)
    await service.index()
    done = list((await states(service)).values()).count(IndexingState.INDEXED)
    assert 0 < done < 8
    for _ in range(20):
        service.clock.advance(61)
        await service.index()
    assert set((await states(service)).values()) == {IndexingState.INDEXED}


async def test_an_outage_postpones_longer_each_time_and_nothing_is_lost() -> None:
    service = with_embedder(a_service(), FailingEmbedder(*[OUTAGE] * 7))
    await service.record([a_named("bt-1")], scope=MINA)
    await service.index()
    assert [await waited(service) for _ in range(7)] == [0.25, 0.5, 1.0, 2.0, 3.0, 3.0, 3.0]
    assert await states(service) == {"bt-1": IndexingState.INDEXED}
    assert await cards(service) == 1


@pytest.mark.parametrize("silence", [DeadlineExceeded("30 s are over"), ProviderBrokeOff("models", "cut")])
async def test_silence_that_may_be_paid_for_is_tried_less_and_less_often_whoever_it_is_for(
    silence: DomainError,
) -> None:
    service = with_embedder(a_service(), FailingEmbedder(*[silence] * 40))
    waits = []
    for i in range(12):
        await service.record([a_named(f"bt-{i}", f"새 전략 {i}")], scope=MINA)
        waits.append((await service.index()).wait_seconds)
        service.clock.advance(waits[-1])
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 120.0, 120.0, 120.0, 120.0]
    attempted = await service.entries()
    assert [entry.status for entry in attempted] == [UsageStatus.ESTIMATED] * len(attempted)


async def test_after_a_success_silence_is_patient_anew() -> None:
    silence = DeadlineExceeded("30 s are over")
    embedder = FailingEmbedder(silence, silence)
    service = with_embedder(a_service(), embedder)
    await service.record([a_named("bt-1")], scope=MINA)
    await service.index()
    service.clock.advance(0.5)
    await service.index()
    service.clock.advance(1.0)
    assert (await service.index()).wait_seconds == 0
    embedder.failures.append(silence)
    await service.record([a_named("bt-2", "MACD 추세추종")], scope=MINA)
    assert (await service.index()).wait_seconds == 0.5


async def waited(service: Service) -> float:
    """How long it was until the task was taken again."""
    started = service.clock.elapsed()
    while not (await service.index()).taken:
        service.clock.advance(0.25)
    return service.clock.elapsed() - started


async def test_what_was_deleted_while_it_was_queued_is_not_indexed() -> None:
    service = a_service()
    await service.record([a_named("bt-1")], scope=MINA)
    await service.archive.delete("bt-1", scope=MINA)
    assert (await service.index()).taken == 1
    assert await cards(service) == 0
    assert await service.entries() == []


async def test_what_was_deleted_while_it_was_embedded_is_found_no_more() -> None:
    service = a_service()

    class Deleting(HashedWordsEmbedder):
        async def embed(
            self, texts: Sequence[str], *, kind: TextKind, model: ModelConfig, timeout_seconds: float
        ) -> Embedded:
            await service.archive.delete("bt-1", scope=MINA)
            return await super().embed(texts, kind=kind, model=model, timeout_seconds=timeout_seconds)

    deleting = with_embedder(service, Deleting())
    await deleting.record([a_named("bt-1")], scope=MINA)
    await deleting.index()
    assert (await deleting.index()).taken == 1
    assert await cards(deleting) == 0


async def test_a_deleted_card_leaves_the_index() -> None:
    service = a_service()
    await service.record([a_named("bt-1"), a_named("bt-2")], scope=MINA)
    await service.index()
    await service.archive.delete("bt-1", scope=MINA)
    await service.index()
    assert await cards(service) == 1


async def test_the_same_text_is_embedded_once_for_a_user() -> None:
    embedder = HashedWordsEmbedder()
    service = with_embedder(a_service(), embedder)
    await service.record([a_named("bt-1"), a_named("bt-2")], scope=MINA)
    await service.index()
    await service.record([a_named("bt-3")], scope=MINA)
    await service.index()
    assert (embedder.embedded, await cards(service)) == (1, 3)
    await service.record([a_named("bt-1")], scope=JUN)
    await service.index()
    assert embedder.embedded == 2


class FullDisk(InMemoryVectorStore):
    """A vector store that keeps nothing until there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.is_full = True

    async def upsert(self, cards: Sequence[Card], *, scope: UserScope, space: str) -> None:
        if self.is_full:
            raise StoreUnavailable("vector_store", "no space left on device")
        await super().upsert(cards, scope=scope, space=space)


async def test_after_an_outage_of_the_vector_store_nothing_is_paid_for_twice() -> None:
    disk, embedder = FullDisk(), HashedWordsEmbedder()
    service = replace(with_embedder(a_service(), embedder), vectors=disk)
    await service.record([a_named("bt-1")], scope=MINA)
    await service.index()
    assert await states(service) == {"bt-1": IndexingState.PENDING}
    disk.is_full = False
    service.clock.advance(5.0)
    await service.index()
    assert await states(service) == {"bt-1": IndexingState.INDEXED}
    assert embedder.embedded == 1


async def test_a_bug_leaves_the_batch_to_be_taken_again_after_its_lease() -> None:
    service = with_embedder(a_service(), Broken())
    await service.record([a_named("bt-1")], scope=MINA)
    with pytest.raises(ZeroDivisionError):
        await service.index()
    mended = with_embedder(service, HashedWordsEmbedder())
    assert (await mended.index()).taken == 0
    mended.clock.advance(LEASE_SECONDS)
    assert (await mended.index()).taken == 1
    assert await states(mended) == {"bt-1": IndexingState.INDEXED}


class Broken(HashedWordsEmbedder):
    async def embed(
        self, texts: Sequence[str], *, kind: TextKind, model: ModelConfig, timeout_seconds: float
    ) -> Embedded:
        raise ZeroDivisionError(len(texts), kind, model.model_id, timeout_seconds)
