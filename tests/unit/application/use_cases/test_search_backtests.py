from application.use_cases.search_backtests import SearchBacktests
from domain.retrieval import SearchRequest
from tests.builders import a_backtest, a_caller, a_scope
from tests.unit.application.services import a_service


async def test_a_user_finds_their_own_backtests_and_another_user_does_not() -> None:
    service = a_service()
    await service.record([a_backtest()], scope=a_scope("mina@quant.kr"))
    await service.index()
    search = SearchBacktests(memory=service.memory)
    mine = await search(SearchRequest(query="과매도에서 사는 RSI 전략"), caller=a_caller())
    theirs = await search(SearchRequest(query="과매도에서 사는 RSI 전략"), caller=a_caller(user_id="jun@quant.kr"))
    assert [found.backtest.backtest_id for found in mine.results] == ["bt-2041"]
    assert theirs.results == ()
