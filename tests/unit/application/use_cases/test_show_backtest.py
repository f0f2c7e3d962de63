import pytest

from application.use_cases.show_backtest import ShowBacktest
from domain.errors import NotFound
from tests.builders import a_backtest, a_scope
from tests.unit.application.services import a_service


async def test_a_user_sees_their_own_backtest_and_nobody_elses() -> None:
    service = a_service()
    await service.record([a_backtest()], scope=a_scope())
    show = ShowBacktest(archive=service.archive)
    assert (await show("bt-2041", scope=a_scope())).backtest == a_backtest()
    with pytest.raises(NotFound):
        await show("bt-2041", scope=a_scope("jun@quant.kr"))
    with pytest.raises(NotFound):
        await show("bt-9999", scope=a_scope())
