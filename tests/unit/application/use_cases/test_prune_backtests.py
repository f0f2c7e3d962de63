from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.memory.audit_trail import InMemoryAuditTrail
from application.ports.backtest_pruning import Pruned
from application.use_cases import prune_backtests
from application.use_cases.prune_backtests import PruneBacktests
from domain.audit import AuditAction
from domain.errors import Refused
from domain.retention import Retention
from tests.builders import MOMENT, a_backtest, a_caller, a_scope
from tests.unit.application.services import Service, a_service

MINA = a_scope()
OPERATOR = a_caller(user_id="root@quant.kr")


async def with_runs_of(*ages: int, backtests_days: int | None = None) -> Service:
    service = a_service()
    retention = Retention(backtests_days=backtests_days)
    service.governance.replace(replace(service.governance.current(), retention=retention))
    for age in ages:
        run = a_backtest(backtest_id=f"bt-{age}")
        await service.archive.record([run], scope=MINA, at=MOMENT - timedelta(days=age))
    return service


def pruning(service: Service, trail: InMemoryAuditTrail | None = None) -> PruneBacktests:
    return PruneBacktests(
        pruning=service.archive,
        trail=trail or InMemoryAuditTrail(),
        governance=service.governance,
        work=service.work,
        clock=service.clock,
        ids=service.ids,
    )


async def left(service: Service) -> list[str]:
    return [run.backtest.backtest_id for run in (await service.archive.page(scope=MINA, limit=900)).items]


async def test_the_rules_say_what_goes_where_nobody_else_does() -> None:
    service = await with_runs_of(40, 31, 29, 0, backtests_days=30)
    assert await pruning(service).preview() == Pruned(backtests=2, users=1)
    assert await pruning(service)(caller=OPERATOR) == Pruned(backtests=2, users=1)
    assert await left(service) == ["bt-0", "bt-29"]


async def test_what_is_asked_for_counts_alone() -> None:
    service = await with_runs_of(40, 31, 29, 0, backtests_days=30)
    assert await pruning(service)(caller=OPERATOR, keep=3) == Pruned(backtests=1, users=1)
    assert await left(service) == ["bt-0", "bt-29", "bt-31"]


async def test_without_a_word_of_what_nothing_goes() -> None:
    service = await with_runs_of(4_000)
    assert not pruning(service).by_the_rules()
    with pytest.raises(Refused, match=r"retention\.backtests_per_user"):
        await pruning(service)(caller=OPERATOR)
    assert await left(service) == ["bt-4000"]


async def test_what_went_is_noted_once_and_nothing_where_none_did() -> None:
    service, trail = await with_runs_of(40, 0, backtests_days=30), InMemoryAuditTrail()
    for _ in range(2):
        await pruning(service, trail)(caller=OPERATOR)
    [act] = (await trail.page(limit=9)).items
    assert (act.action, act.user_id, act.facts["backtests"]) == (AuditAction.BACKTESTS_PRUNED, "root@quant.kr", "1")


async def test_they_go_a_few_at_a_time_until_none_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prune_backtests, "AT_ONCE", 2)
    service = await with_runs_of(*range(40, 45), backtests_days=30)
    assert (await pruning(service)(caller=OPERATOR)).backtests == 5
    assert await left(service) == []
