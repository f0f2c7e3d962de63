from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from adapters.memory.embedder import HashedWordsEmbedder
from adapters.memory.governance import HeldGovernance
from adapters.memory.text_index import InMemoryTextIndex
from adapters.memory.vector_store import InMemoryVectorStore
from application.memory import contexts_of
from domain.backtest import Backtest, StrategyType
from domain.bm25 import WordHits
from domain.budget import BudgetPeriod, BudgetUnit
from domain.embedding import Neighbour, Vector
from domain.errors import ProviderUnavailable, StoreUnavailable
from domain.filters import Filter, FilterOp
from domain.identity import UserScope
from domain.language import Language
from domain.ordering import Order
from domain.ranking import Tuning
from domain.retrieval import ContextKind, Degraded, Found, SearchRequest
from tests.builders import a_backtest, a_caller, a_rule, a_scope, a_tested_strategy, some_metrics
from tests.unit.application.embedders import OUTAGE, FailingEmbedder
from tests.unit.application.services import Service, a_service, some_governance, with_embedder

USED_UP = a_rule(unit=BudgetUnit.TOKENS, limit=Decimal(1), period=BudgetPeriod.DAY)
MINA = a_scope("mina@quant.kr")
RSI = a_backtest(backtest_id="rsi", metrics=some_metrics(sharpe_ratio=0.3))
GOOD_RSI = a_backtest(backtest_id="rsi-good", metrics=some_metrics(sharpe_ratio=1.2))
MACD = a_backtest(
    backtest_id="macd",
    strategy=a_tested_strategy(
        name="MACD 추세추종",
        type=StrategyType.TREND_FOLLOWING,
        indicators=("macd",),
        parameters={"fast": 12, "slow": 26},
    ),
    symbols=("AAPL",),
    metrics=some_metrics(sharpe_ratio=0.9),
)


async def with_runs(*runs: Backtest, service: Service | None = None) -> Service:
    """A service that holds these runs of mina, indexed."""
    made = service or a_service()
    await made.record(runs, scope=MINA)
    while (await made.index()).taken:
        pass
    return made


def ids(found: Sequence[Found]) -> list[str]:
    return [one.backtest.backtest_id for one in found]


async def found(service: Service, query: str, *, top_k: int = 5, min_similarity: float | None = None) -> list[str]:
    request = SearchRequest(query=query, top_k=top_k, min_similarity=min_similarity)
    return ids((await service.memory.search(request, caller=a_caller())).results)


async def near(service: Service, query: str, top_k: int) -> tuple[Found, ...]:
    return await service.memory.nearest(SearchRequest(query=query, top_k=top_k), caller=a_caller())


async def test_a_question_finds_the_run_whose_words_are_nearest_first() -> None:
    service = await with_runs(RSI, MACD)
    assert (await found(service, "시그널을 뚫는 추세추종"))[0] == "macd"
    assert (await found(service, "과매도에서 사는 평균회귀"))[0] == "rsi"


async def test_conditions_are_executed_and_told() -> None:
    service = await with_runs(RSI, GOOD_RSI, MACD)
    answer = await service.memory.search(SearchRequest(query="샤프 0.5 이상인 RSI 전략"), caller=a_caller())
    assert ids(answer.results) == ["rsi-good"]
    assert Filter(field="sharpe_ratio", op=FilterOp.GE, value=0.5) in answer.applied_filters


async def test_filters_of_the_request_count_beside_those_of_the_question() -> None:
    service = await with_runs(RSI, GOOD_RSI, MACD)
    apple = Filter(field="symbols", op=FilterOp.EQ, value="AAPL")
    request = SearchRequest(query="샤프 0.5 이상", filters=(apple,))
    answer = await service.memory.search(request, caller=a_caller())
    assert ids(answer.results) == ["macd"]
    assert answer.applied_filters[0] == apple


async def test_a_condition_that_no_run_meets_costs_no_embedding() -> None:
    service = await with_runs(RSI)
    before = len(await service.entries())
    assert await found(service, "샤프 5 이상") == []
    assert len(await service.entries()) == before


async def test_what_cannot_be_executed_is_told_and_not_dropped() -> None:
    service = await with_runs(RSI)
    answer = await service.memory.search(SearchRequest(query="알파 0.5 이상인 RSI 전략"), caller=a_caller())
    assert answer.unapplied_constraints == ("알파 0.5 이상",)
    assert ids(answer.results) == ["rsi"]


async def test_a_run_that_is_not_indexed_yet_is_found_by_its_conditions_after_those_that_are() -> None:
    service = await with_runs(MACD)
    await service.record([GOOD_RSI], scope=MINA)
    answer = await service.memory.search(SearchRequest(query="샤프 0.5 이상인 시그널 교차"), caller=a_caller())
    assert [(one.backtest.backtest_id, one.similarity is None) for one in answer.results] == [
        ("macd", False),
        ("rsi-good", True),
    ]
    assert (answer.pending, answer.total) == (1, 2)


async def test_only_conditions_are_met_by_exactly_those_runs_the_latest_recorded_first_and_cost_nothing() -> None:
    service = await with_runs(RSI, MACD, GOOD_RSI)
    await service.record([replace(GOOD_RSI, backtest_id="just-recorded")], scope=MINA)
    before = len(await service.entries())
    answer = await service.memory.search(SearchRequest(query="샤프 0.5 이상", top_k=2), caller=a_caller())
    assert ids(answer.results) == ["just-recorded", "rsi-good"]
    assert (answer.total, answer.degraded, answer.applied_order) == (3, None, None)
    assert {(one.score, one.similarity) for one in answer.results} == {(0.0, None)}
    assert len(await service.entries()) == before


async def test_conditions_and_orders_are_answered_while_no_model_embeds() -> None:
    service = with_embedder(await with_runs(RSI, MACD, GOOD_RSI), FailingEmbedder(OUTAGE))
    for query, expected in (
        ("샤프 0.5 이상", ["rsi-good", "macd"]),
        ("샤프가 가장 높은 2개", ["rsi-good", "macd"]),
        ("샤프가 가장 높은 추세추종", ["macd"]),
        ("전략 보여줘", ["rsi-good", "macd", "rsi"]),
    ):
        answer = await service.memory.search(SearchRequest(query=query), caller=a_caller())
        assert (ids(answer.results), answer.degraded) == (expected, None), query


async def test_words_alone_find_where_no_model_embeds_and_the_answer_says_so() -> None:
    indexed = await with_runs(RSI, MACD)
    for service in (
        with_embedder(indexed, FailingEmbedder(OUTAGE)),
        replace(indexed, embedders={}),
        replace(indexed, governance=HeldGovernance(some_governance(USED_UP))),
    ):
        answer = await service.memory.search(SearchRequest(query="시그널 교차"), caller=a_caller())
        assert (ids(answer.results), answer.degraded) == (["macd"], Degraded.WORDS_ONLY)
        assert answer.results[0].similarity is None
        assert ids(await service.memory.similar(RSI, top_k=3, caller=a_caller())) == ["macd"]


async def test_a_least_similarity_needs_a_model_that_embeds() -> None:
    service = with_embedder(await with_runs(RSI), FailingEmbedder(OUTAGE))
    with pytest.raises(ProviderUnavailable):
        await found(service, "시그널 교차", min_similarity=0.1)


async def test_what_cannot_be_embedded_yet_is_found_by_its_words() -> None:
    service = with_embedder(a_service(), FailingEmbedder(OUTAGE))
    await service.record([RSI, MACD], scope=MINA)
    await service.index()
    answer = await service.memory.search(SearchRequest(query="시그널 교차"), caller=a_caller())
    assert (ids(answer.results), answer.pending) == (["macd"], 2)


@pytest.mark.parametrize(
    "query",
    ["김치찌개 끓이는 법", "how do I cook rice", "카카오 RSI 전략", "일목균형표", "TSLA 전략", "커버드콜로 배당받기"],
)
async def test_a_question_on_what_the_user_never_ran_has_no_answer(query: str) -> None:
    assert await found(await with_runs(RSI, GOOD_RSI, MACD), query) == []


async def test_of_one_family_two_are_among_the_first_five_unless_it_is_asked_for() -> None:
    variants = [replace(RSI, backtest_id=f"a-{n}") for n in range(6)]
    apart = replace(RSI, backtest_id="b-apple", symbols=("AAPL",))
    other = replace(MACD, strategy=replace(MACD.strategy, description=None))
    service = await with_runs(*variants, apart, other)
    assert await found(service, "과매도 반등", top_k=4) == ["b-apple", "a-0", "a-1", "a-2"]
    assert await found(service, "GOOG 평균회귀 과매도 반등", top_k=4) == ["a-0", "a-1", "a-2", "a-3"]


async def test_an_order_beside_words_sorts_the_runs_that_say_them_before_the_others() -> None:
    service = await with_runs(RSI, GOOD_RSI, MACD)
    assert await found(service, "시그널 교차 중 샤프가 가장 높은 것") == ["macd", "rsi-good", "rsi"]
    assert await found(service, "샤프가 가장 높은 카카오 전략") == []


async def test_a_stage_that_is_left_out_changes_no_set_of_conditions() -> None:
    service = await with_runs(RSI, GOOD_RSI, MACD)
    for tuning in (Tuning(dense_weight=0.0), Tuning(words_weight=0.0), Tuning(most_of_a_family=None)):
        memory = replace(service.memory, tuning=tuning)
        answer = await memory.search(SearchRequest(query="샤프 0.5 이상인 시그널 교차"), caller=a_caller())
        assert "macd" in ids(answer.results)
        assert {(run.metrics.sharpe_ratio or 0) >= 0.5 for run in (one.backtest for one in answer.results)} == {True}


async def test_a_removed_run_is_found_by_no_word() -> None:
    service = await with_runs(RSI, MACD)
    await service.archive.delete("macd", scope=MINA)
    await service.index()
    assert await found(service, "시그널 교차") == ["rsi"]


async def test_a_least_similarity_leaves_out_what_is_further_away_and_what_has_none() -> None:
    service = await with_runs(RSI, MACD)
    await service.record([GOOD_RSI], scope=MINA)
    request = SearchRequest(query="샤프 0 이상, 시그널 교차", min_similarity=-1.0)
    everything = (await service.memory.search(request, caller=a_caller())).results
    assert ids(everything) == ["macd", "rsi"]
    first, second = (one.similarity for one in everything)
    assert first is not None
    assert second is not None
    between = (first + second) / 2
    assert await found(service, request.query, min_similarity=between) == ["macd"]
    assert await found(service, request.query, min_similarity=first) == ["macd"]
    assert await found(service, request.query, min_similarity=1.0) == []


async def test_equal_cards_come_in_the_order_of_their_ids_however_many_there_are() -> None:
    twins = [replace(RSI, backtest_id=f"bt-{(37 * i) % 90:03d}") for i in range(90)]
    assert len(twins) > Tuning().pool
    service = await with_runs(MACD, *twins)
    assert await found(service, "과매도에서 사는 평균회귀", top_k=3) == ["bt-000", "bt-001", "bt-002"]


async def test_ranks_count_from_one() -> None:
    service = await with_runs(RSI, GOOD_RSI, MACD)
    answer = await service.memory.search(SearchRequest(query="RSI"), caller=a_caller())
    assert [one.rank for one in answer.results] == list(range(1, len(answer.results) + 1))


async def test_nobody_finds_the_runs_of_another() -> None:
    service = await with_runs(RSI, MACD)
    stranger = a_caller(user_id="jun@quant.kr")
    for query in ("RSI 과매도", "샤프 0 이상", "macd"):
        assert (await service.memory.search(SearchRequest(query=query), caller=stranger)).results == ()
        assert await service.memory.nearest(SearchRequest(query=query), caller=stranger) == ()


async def test_a_question_before_the_first_backtest_finds_nothing() -> None:
    answer = await a_service().memory.search(SearchRequest(query="RSI 전략"), caller=a_caller())
    assert (answer.results, answer.pending) == ((), 0)


async def test_nearest_fills_up_with_near_runs_that_do_not_meet_the_words() -> None:
    service = await with_runs(RSI, GOOD_RSI, MACD)
    several = await near(service, "샤프 1 이상인 RSI 전략을 만들어줘", 3)
    assert ids(several)[0] == "rsi-good"
    assert sorted(ids(several)) == ["macd", "rsi", "rsi-good"]
    assert [one.rank for one in several] == [1, 2, 3]


async def test_nearest_does_not_look_further_when_enough_runs_meet_the_words() -> None:
    embedder = HashedWordsEmbedder()
    service = await with_runs(RSI, GOOD_RSI, MACD, service=with_embedder(a_service(), embedder))
    before = embedder.embedded
    assert ids(await near(service, "샤프 1 이상", 1)) == ["rsi-good"]
    assert embedder.embedded == before


async def test_nearest_gives_no_more_than_was_asked_for() -> None:
    service = await with_runs(RSI, GOOD_RSI, MACD)
    assert len(await near(service, "샤프 1 이상인 전략", 2)) == 2


def many_runs(count: int) -> list[Backtest]:
    return [
        replace(RSI, backtest_id=f"bt-{i:03d}", metrics=some_metrics(sharpe_ratio=((37 * i) % count) / 100))
        for i in range(count)
    ]


async def test_an_order_is_exact_over_all_runs_that_meet_the_conditions() -> None:
    runs = many_runs(90)
    assert len(runs) > Tuning().pool
    service = await with_runs(MACD, *runs)
    best = sorted(runs, key=lambda run: -(run.metrics.sharpe_ratio or 0))
    on_goog = await service.memory.search(SearchRequest(query="best sharpe with RSI", top_k=4), caller=a_caller())
    assert ids(on_goog.results) == [run.backtest_id for run in best[:4]]
    assert on_goog.applied_order == Order(field="sharpe_ratio", descending=True)
    assert on_goog.unapplied_constraints == ()
    assert [one.rank for one in on_goog.results] == [1, 2, 3, 4]
    assert (await found(service, "샤프가 가장 높은 것", top_k=1)) == ["macd"]
    assert (await found(service, "샤프가 가장 낮은 것", top_k=1)) == [best[-1].backtest_id]


async def test_a_run_without_the_figure_comes_last_and_ties_come_in_the_order_of_their_ids() -> None:
    unknown = replace(RSI, backtest_id="a-unknown", metrics=some_metrics(sharpe_ratio=None))
    twin = replace(GOOD_RSI, backtest_id="a-twin")
    service = await with_runs(unknown, RSI, GOOD_RSI, twin)
    assert await found(service, "best sharpe") == ["a-twin", "rsi-good", "rsi", "a-unknown"]
    assert await found(service, "lowest sharpe") == ["rsi", "a-twin", "rsi-good", "a-unknown"]


async def test_a_run_that_is_not_indexed_yet_has_its_place_in_an_order() -> None:
    service = await with_runs(RSI, MACD)
    await service.record([GOOD_RSI], scope=MINA)
    assert await found(service, "best sharpe") == ["rsi-good", "macd", "rsi"]


async def test_an_order_before_the_first_backtest_finds_nothing() -> None:
    assert await found(a_service(), "best sharpe") == []


async def test_as_many_are_found_as_the_question_says_and_no_more_than_top_k() -> None:
    service = await with_runs(RSI, GOOD_RSI, MACD)
    assert await found(service, "샤프가 가장 높은 2개") == ["rsi-good", "macd"]
    answer = await service.memory.search(SearchRequest(query="top 9 by Sharpe", top_k=2), caller=a_caller())
    assert ids(answer.results) == ["rsi-good", "macd"]
    assert answer.unapplied_constraints == ("top 9 by Sharpe",)


async def test_runs_that_say_their_family_come_before_those_whose_name_says_it() -> None:
    typed = replace(MACD, backtest_id="typed", strategy=replace(MACD.strategy, type=StrategyType.BREAKOUT))
    untyped = replace(RSI, backtest_id="untyped", strategy=replace(RSI.strategy, name="돌파 돌파", type=None))
    service = await with_runs(typed, untyped)
    answer = await service.memory.search(SearchRequest(query="돌파 전략"), caller=a_caller())
    assert ids(answer.results) == ["typed", "untyped"]
    assert answer.applied_filters == (Filter(field="strategy_type", op=FilterOp.IN, value=("breakout",)),)


async def test_a_family_is_a_condition_beside_an_order() -> None:
    typed = replace(RSI, strategy=replace(RSI.strategy, type=StrategyType.BREAKOUT))
    service = await with_runs(typed, replace(GOOD_RSI, strategy=replace(RSI.strategy, type=None)))
    assert await found(service, "best sharpe breakout") == ["rsi"]
    assert await found(service, "best sharpe") == ["rsi-good", "rsi"]


class SilentStore(InMemoryVectorStore):
    async def search(
        self, query: Vector, *, scope: UserScope, space: str, top_k: int, among: frozenset[str] | None = None
    ) -> list[Neighbour]:
        raise StoreUnavailable("vector_store", f"{space} of {scope.user_id}: {len(query)}, {top_k}, {among}")


class SilentWords(InMemoryTextIndex):
    async def search(
        self, terms: Sequence[str], *, scope: UserScope, top_k: int, among: frozenset[str] | None = None
    ) -> WordHits:
        raise StoreUnavailable("database", f"{scope.user_id}: {terms}, {top_k}, {among}")


async def test_an_outage_is_never_an_empty_answer() -> None:
    indexed = await with_runs(RSI)
    with pytest.raises(StoreUnavailable):
        await found(replace(indexed, vectors=SilentStore()), "과매도 반등")
    with pytest.raises(StoreUnavailable):
        await found(replace(indexed, texts=SilentWords()), "과매도 반등")


async def test_a_question_is_paid_for_by_the_one_who_asks() -> None:
    service = await with_runs(RSI)
    await found(service, "RSI 과매도")
    last = (await service.entries())[-1]
    assert (last.service, last.user_id, last.request_id) == ("memory", "mina@quant.kr", "req-1")


@pytest.mark.parametrize(("language", "label"), [(Language.KOREAN, "매개변수"), (Language.ENGLISH, "parameters")])
def test_contexts_speak_the_language_of_the_prompt(language: Language, label: str) -> None:
    one = Found(rank=1, score=0.8, similarity=0.8, backtest=RSI)
    (context,) = contexts_of([one], language=language)
    assert (context.kind, context.id, context.similarity) == (ContextKind.BACKTEST, "rsi", 0.8)
    assert label in context.text


async def test_words_of_which_none_says_anything_are_searched_by_meaning_and_hold_up_no_condition() -> None:
    service = await with_runs(RSI, GOOD_RSI, MACD)
    answer = await service.memory.search(SearchRequest(query="what went up keeps going up"), caller=a_caller())
    assert {one.score > 0 for one in answer.results} == {True}
    assert await found(service, "sharpe above 0.5, what went up keeps going up") == await found(
        service, "sharpe above 0.5"
    )


async def test_conditions_that_are_met_are_answered_whatever_else_is_said_but_not_a_name_that_is_absent() -> None:
    service = await with_runs(RSI, GOOD_RSI, MACD)
    assert await found(service, "위원회 자료로 낼 샤프 0.5 이상인 것") != []
    assert await found(service, "나래 님 RSI 결과") == []


async def test_runs_with_the_numbers_of_a_question_come_first() -> None:
    slow = replace(RSI, backtest_id="slow", strategy=replace(RSI.strategy, parameters={"window": 21}))
    fast = replace(RSI, backtest_id="fast", strategy=replace(RSI.strategy, parameters={"window": 7}))
    service = await with_runs(slow, fast)
    assert (await found(service, "과매도 반등 21짜리"))[0] == "slow"
    assert (await found(service, "과매도 반등 7짜리"))[0] == "fast"
