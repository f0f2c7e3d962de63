"""What is asked: the product, what it is compared with, and the product with one stage changed."""

from dataclasses import replace

import pytest

from application.memory import BacktestMemory
from application.use_cases.search_backtests import SearchBacktests
from benchmarks.retrieval.ablation import STAGES, stages
from benchmarks.retrieval.gold import Gold
from benchmarks.retrieval.meaning import Ordering
from benchmarks.retrieval.service import backtest_of, owned
from benchmarks.retrieval.systems import (
    DenseOnly,
    Product,
    Random,
    System,
    WithoutGrammar,
    WordsOnly,
    caller_of,
)
from domain.identity import UserScope
from domain.ranking import Tuning
from tests.unit.application.services import a_service
from tests.unit.benchmarks.retrieval.things import a_gold, a_run

RUNS = (
    a_run("r0", metrics={"sharpe_ratio": 0.4}),
    a_run("r1", symbol="IBM", metrics={"sharpe_ratio": 2.0}),
    a_run("r2", kinds=("macd",), type="trend_following", symbol="IBM", metrics={"sharpe_ratio": 1.2}),
)
OWNED = owned({"민지": RUNS})


@pytest.fixture
async def memory() -> BacktestMemory:
    service = a_service()
    await service.record(list(OWNED["민지"].values()), scope=UserScope(user_id="민지"))
    await service.record([backtest_of(a_run("r0"))], scope=UserScope(user_id="alex"))
    while (await service.index()).taken:
        pass
    return service.memory


def asked(question: str, **members: object) -> Gold:
    return a_gold(*RUNS, question=question, kinds=["rsi"], **members)


async def test_the_product_answers_and_says_what_it_read(memory: BacktestMemory) -> None:
    product = Product(name="quantrail", search=SearchBacktests(memory=memory))
    answer = await product.ask(asked("샤프 1 이상, 샤프 높은 순으로 3개"))
    assert answer.ids == ("r1", "r2")
    assert answer.reading is not None
    assert answer.reading.order == Ordering(field="sharpe_ratio", descending=True)
    assert (answer.reading.limit, answer.reading.unapplied) == (3, ())
    assert [str(one.field) for one in answer.reading.filters] == ["sharpe_ratio"]
    assert answer.milliseconds > 0


async def test_without_its_grammar_a_condition_is_only_words(memory: BacktestMemory) -> None:
    memory = replace(memory, tuning=replace(memory.tuning, least_known=None))
    answer = await WithoutGrammar(memory=memory).ask(asked("IBM 샤프 1 이상, 샤프 높은 순"))
    assert len(answer.ids) == 3
    assert answer.reading is None


async def test_dense_search_alone_brings_the_nearest_of_the_users_own(memory: BacktestMemory) -> None:
    answer = await DenseOnly(memory=memory).ask(asked("MACD IBM", top_k=2))
    assert len(answer.ids) == 2
    assert answer.ids[0] == "r2"


async def test_words_alone_bring_only_what_shares_them(memory: BacktestMemory) -> None:
    answer = await WordsOnly(memory=memory).ask(asked("MACD"))
    assert answer.ids == ("r2",)


async def test_a_random_ranker_draws_the_same_for_the_same_question() -> None:
    gold = asked("아무거나", top_k=2)
    first, again = await Random(owned=OWNED).ask(gold), await Random(owned=OWNED).ask(gold)
    assert first.ids == again.ids
    assert len(set(first.ids)) == 2


async def test_every_system_brings_only_what_is_the_users(memory: BacktestMemory) -> None:
    every: list[System] = [DenseOnly(memory=memory), WordsOnly(memory=memory), Random(owned=OWNED), *stages(memory)]
    for system in every:
        answer = await system.ask(asked("RSI"))
        assert all(OWNED["민지"][run.backtest_id] == run for run in answer.found), system.name


async def test_each_stage_changes_something_and_has_a_name_of_its_own(memory: BacktestMemory) -> None:
    tuning = Tuning(sure_similarity={"a model": 0.9})
    assert [name for name, change in STAGES.items() if change(tuning) == tuning] == []
    names = [system.name for system in stages(memory)]
    assert len(set(names)) == len(names) == len(STAGES) + 1


def test_a_question_is_asked_with_no_more_rights_than_a_users() -> None:
    principal = caller_of(asked("RSI")).principal
    assert (principal.user_id, [str(role) for role in principal.roles]) == ("민지", ["user"])
