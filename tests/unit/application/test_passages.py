import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from application.passages import PassageVectors, UnderWay
from domain.embedding import MOST_TEXTS, TextKind
from domain.errors import DomainError, ProviderUnavailable
from domain.generation import Caller
from domain.space import Space, StoredSpace
from domain.usage import TokenUsage, UsageStatus
from tests.builders import a_caller
from tests.unit.application.embedders import OUTAGE, CountingEmbedder
from tests.unit.application.services import Service, a_service, with_embedder

MINA, JUN = a_caller(user_id="mina@quant.kr"), a_caller(user_id="준")
MODEL = "hashed-words"
SPACE = StoredSpace(space=Space(model_id=MODEL), store="memory")
HICCUP = ProviderUnavailable("models", "503: overloaded", retry_after_seconds=0.0)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What embeds passages, over parts that outlive it."""

    service: Service
    embedder: CountingEmbedder
    under_way: UnderWay = field(default_factory=UnderWay)

    @property
    def passages(self) -> PassageVectors:
        service = self.service
        return PassageVectors(embedder=service.embedder, cache=service.cache, under_way=self.under_way)

    async def embed(self, texts: Sequence[str], *, caller: Caller = MINA) -> list[list[float]]:
        vectors = await self.passages.of(texts, space=SPACE, caller=caller)
        return [list(vector) for vector in vectors]


def a_desk(*failures: DomainError | None) -> Desk:
    """Its requests meet these, in order, and then go well."""
    embedder = CountingEmbedder(*failures)
    return Desk(service=with_embedder(a_service(), embedder), embedder=embedder)


def some_texts(count: int, *, name: str = "전략") -> list[str]:
    return [f"{name} {number}" for number in range(count)]


async def test_there_is_a_vector_a_text_in_their_order() -> None:
    desk = a_desk()
    texts = some_texts(3)
    together = await desk.embed(texts)
    assert together == [(await a_desk().embed([text]))[0] for text in texts]


async def test_the_same_text_twice_in_a_list_is_embedded_once() -> None:
    desk = a_desk()
    first, second, third = await desk.embed(["과매도 반등", "MACD", "과매도 반등"])
    assert first == third != second
    assert desk.embedder.texts == ["과매도 반등", "MACD"]


async def test_each_request_is_a_row_of_its_own_with_what_it_used() -> None:
    desk = a_desk()
    await desk.embed(some_texts(2 * MOST_TEXTS + 1))
    rows = await desk.service.entries()
    assert [len(request) for request in desk.embedder.requests] == [MOST_TEXTS, MOST_TEXTS, 1]
    assert sorted(row.usage.input_tokens for row in rows) == [3, 3 * MOST_TEXTS, 3 * MOST_TEXTS]
    assert len({row.operation_id for row in rows}) == 3


async def test_a_request_that_fails_loses_nothing_of_those_before_it() -> None:
    desk = a_desk(None, None, OUTAGE)
    texts = some_texts(3 * MOST_TEXTS + 5)
    with pytest.raises(ProviderUnavailable):
        await desk.embed(texts)
    assert desk.embedder.texts == texts[: 2 * MOST_TEXTS]
    await desk.embed(texts)
    assert sorted(desk.embedder.texts) == sorted(texts)


async def test_every_attempt_of_a_request_that_fails_has_a_row_that_costs_nothing() -> None:
    desk = a_desk(None, HICCUP)
    await desk.embed(some_texts(MOST_TEXTS + 1))
    rows = await desk.service.entries()
    assert sorted((row.status, row.attempt) for row in rows) == [
        (UsageStatus.FAILED, 1),
        (UsageStatus.SETTLED, 1),
        (UsageStatus.SETTLED, 2),
    ]


async def test_a_text_that_two_want_at_once_is_embedded_for_one_of_them() -> None:
    desk = a_desk()
    ours, theirs = await asyncio.gather(desk.embed(["가", "나"]), desk.embed(["나", "다"]))
    assert ours[1] == theirs[0]
    assert sorted(desk.embedder.texts) == ["가", "나", "다"]


async def test_who_waited_for_one_that_failed_embeds_it_itself() -> None:
    desk = a_desk(OUTAGE)
    ours, theirs = await asyncio.gather(desk.embed(["가"]), desk.embed(["가"]), return_exceptions=True)
    assert isinstance(ours, ProviderUnavailable)
    assert isinstance(theirs, list)
    assert desk.under_way == {}


async def test_who_waited_for_one_that_was_cancelled_embeds_it_itself() -> None:
    desk = a_desk()
    desk.embedder.may_answer.clear()
    leaving = asyncio.ensure_future(desk.embed(["가"]))
    await desk.embedder.asked.wait()
    staying = asyncio.ensure_future(desk.embed(["가"]))
    await asyncio.sleep(0)
    leaving.cancel()
    desk.embedder.may_answer.set()
    assert len(await staying) == 1
    assert desk.embedder.texts == ["가"]


async def test_nothing_is_shared_between_users_at_the_same_time_neither() -> None:
    desk = a_desk()
    await asyncio.gather(desk.embed(["가"]), desk.embed(["가"], caller=JUN))
    assert desk.embedder.texts == ["가", "가"]
    assert sorted(row.user_id for row in await desk.service.entries()) == ["mina@quant.kr", "준"]


class FewAtOnce(CountingEmbedder):
    texts_at_once = 2


async def test_a_model_that_wants_fewer_at_once_gets_fewer() -> None:
    embedder = FewAtOnce()
    await Desk(service=with_embedder(a_service(), embedder), embedder=embedder).embed(some_texts(5))
    assert [len(request) for request in embedder.requests] == [2, 2, 1]


async def test_who_asks_for_many_without_keeping_them_gets_one_operation_of_several_rows() -> None:
    service = with_embedder(a_service(), FewAtOnce())
    metered = await service.embedder.embed(some_texts(5), kind=TextKind.PASSAGE, caller=MINA)
    rows = await service.entries()
    assert [len(vector) for vector in metered.answer.vectors] == [len(metered.answer.vectors[0])] * 5
    assert metered.answer.usage == metered.generation.usage == TokenUsage(input_tokens=15)
    assert sorted(row.attempt for row in rows) == [1, 2, 3]
    assert {row.operation_id for row in rows} == {metered.generation.operation_id}
