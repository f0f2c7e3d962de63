import pytest

from application.use_cases.browse_strategies import BrowseStrategies
from domain.errors import NotFound
from tests.builders import a_built_strategy, a_scope
from tests.unit.application.services import a_service


async def test_a_user_reads_their_own_strategies_latest_first_and_nobody_elses() -> None:
    service = a_service()
    browse = BrowseStrategies(archive=service.strategies)
    for number in range(3):
        await service.strategies.keep(a_built_strategy(strategy_id=f"st-{number}"))
    await service.strategies.keep(a_built_strategy(strategy_id="st-jun", scope=a_scope("jun@quant.kr")))
    first = await browse(scope=a_scope(), limit=2, after=None)
    rest = await browse(scope=a_scope(), limit=2, after=first.next_after)
    assert [built.strategy_id for built in (*first.items, *rest.items)] == ["st-2", "st-1", "st-0"]
    assert (await browse.show("st-1", scope=a_scope())).strategy_id == "st-1"
    with pytest.raises(NotFound):
        await browse.show("st-jun", scope=a_scope())
