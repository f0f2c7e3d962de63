from application.use_cases.list_backtests import ListBacktests
from tests.builders import a_backtest, a_scope
from tests.unit.application.services import a_service


async def test_a_user_reads_their_own_backtests_latest_first_page_by_page() -> None:
    service = a_service()
    await service.record([a_backtest(backtest_id=f"bt-{i}") for i in range(5)], scope=a_scope())
    await service.record([a_backtest(backtest_id="bt-jun")], scope=a_scope("jun@quant.kr"))
    browse = ListBacktests(archive=service.archive)
    seen, after = list[str](), None
    for _ in range(3):
        page = await browse(scope=a_scope(), limit=2, after=after)
        seen += [stored.backtest.backtest_id for stored in page.items]
        after = page.next_after
    assert seen == ["bt-4", "bt-3", "bt-2", "bt-1", "bt-0"]
    assert after is None
