import json
from dataclasses import asdict

import pytest

from application.use_cases.build_strategy import StrategyOrder
from domain.errors import InvalidQuestion, ModelNotAllowed, NotFound, RetrievalNotSupported, UnusableCompletion
from domain.generation import BuiltStrategy
from domain.identity import Role
from domain.language import Language, language_of
from domain.retrieval import MAX_QUESTION_LENGTH, SearchRequest
from tests.builders import a_backtest, a_caller, a_principal, a_scope, a_spec, a_tested_strategy
from tests.unit.application.services import Service, a_service

MINA = a_scope("mina@quant.kr")
REQUEST = "GOOG RSI 과매도 반등 전략을 만들어줘"
VALID = json.dumps(asdict(a_spec()), ensure_ascii=False)
RUN = a_backtest(backtest_id="bt-9", strategy=a_tested_strategy(parameters={"length": 9, "oversold": 25}))


async def built(service: Service, order: StrategyOrder) -> BuiltStrategy:
    return await service.build(order, caller=a_caller())


def with_retrieval(request: str = REQUEST, *, model_id: str | None = None) -> StrategyOrder:
    return StrategyOrder(request=request, model_id=model_id, retrieval=SearchRequest(query=request, top_k=3))


async def test_a_built_strategy_is_kept_as_it_was_answered() -> None:
    service = a_service(VALID)
    answer = await built(service, StrategyOrder(request=REQUEST))
    assert answer.strategy == a_spec()
    assert (answer.request, answer.contexts, answer.scope) == (REQUEST, (), MINA)
    assert answer.created_at == service.clock.now()
    assert await service.strategies.get(answer.strategy_id, scope=MINA) == answer


async def test_the_language_is_the_requests_unless_another_is_asked_for() -> None:
    korean = await built(a_service(provider="local"), StrategyOrder(request=REQUEST))
    english = await built(a_service(provider="local"), StrategyOrder(request=REQUEST, language=Language.ENGLISH))
    assert (korean.language, language_of(korean.explanation)) == (Language.KOREAN, Language.KOREAN)
    assert (english.language, language_of(english.explanation)) == (Language.ENGLISH, Language.ENGLISH)


async def test_with_retrieval_the_users_own_runs_are_the_contexts_and_lend_what_was_left_open() -> None:
    service = a_service(provider="local")
    await service.record([RUN], scope=MINA)
    await service.index()
    answer = await built(service, with_retrieval())
    assert [context.id for context in answer.contexts] == ["bt-9"]
    assert answer.strategy.indicators[0].params["length"] == 9


async def test_without_retrieval_no_run_is_looked_at() -> None:
    service = a_service(provider="local")
    await service.record([RUN], scope=MINA)
    await service.index()
    before = len(await service.entries())
    answer = await built(service, StrategyOrder(request=REQUEST))
    assert answer.contexts == ()
    assert answer.strategy.indicators[0].params["length"] == 14
    assert len(await service.entries()) == before


async def test_another_users_runs_are_no_contexts() -> None:
    service = a_service(provider="local")
    await service.record([RUN], scope=a_scope("jun@quant.kr"))
    await service.index()
    assert (await built(service, with_retrieval())).contexts == ()


async def test_a_model_without_retrieval_is_refused_before_anything_is_paid_for() -> None:
    service = a_service(VALID)
    rules = service.governance.current()
    assert not rules.catalogue.get("o1-preview").supports_rag
    with pytest.raises((RetrievalNotSupported, ModelNotAllowed)):
        await built(service, with_retrieval(model_id="o1-preview"))
    assert await service.entries() == []


async def test_a_strategy_that_did_not_come_about_is_not_kept() -> None:
    service = a_service("{}", "{}", "{}")
    with pytest.raises(UnusableCompletion):
        await built(service, StrategyOrder(request=REQUEST))
    assert (await service.strategies.page(scope=MINA, limit=10)).items == ()


async def test_who_acts_for_another_builds_that_users_strategy() -> None:
    service = a_service(VALID)
    platform = a_principal(user_id="platform", roles=frozenset({Role.SERVICE}))
    acting = platform.acting_for("jun@quant.kr")
    answer = await service.build(
        StrategyOrder(request=REQUEST), caller=type(a_caller())(principal=acting, request_id="req-2")
    )
    assert answer.scope.user_id == "jun@quant.kr"
    with pytest.raises(NotFound):
        await service.strategies.get(answer.strategy_id, scope=MINA)


@pytest.mark.parametrize("request_", ["", "  \n", "전략\0", "가" * (MAX_QUESTION_LENGTH + 1)])
def test_a_request_that_says_nothing_or_too_much_is_refused(request_: str) -> None:
    with pytest.raises(InvalidQuestion) as refused:
        StrategyOrder(request=request_)
    assert [violation.field for violation in refused.value.violations] == ["request"]
