import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

import pytest

from adapters.memory.body_store import InMemoryBodyStore
from adapters.memory.clock import SettableClock
from adapters.memory.governance import HeldGovernance
from adapters.system.signal import LoopSignal
from application.bodies import BodyDesk
from application.use_cases import prune_bodies
from application.use_cases.prune_bodies import PruneBodies
from application.use_cases.store_bodies import StoreBodies
from domain.call_body import CallBody
from domain.errors import NotFound, StoreUnavailable
from entrypoints import ledger_life
from tests.builders import MOMENT, a_call_body
from tests.unit.application.services import some_governance


class DownBodyStore(InMemoryBodyStore):
    async def keep(self, bodies: Sequence[CallBody]) -> None:
        if bodies:
            raise StoreUnavailable("database", "it is down")


def a_desk(count: int) -> BodyDesk:
    desk = BodyDesk(governance=HeldGovernance(some_governance()), work=LoopSignal())
    desk.give_back([a_call_body(entry_id=f"e-{number:03}") for number in range(count)])
    return desk


async def test_what_could_not_be_stored_is_told_by_number_and_not_by_word(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="quantrail.background"):
        await ledger_life.store_all_bodies(StoreBodies(desk=a_desk(3), store=DownBodyStore()))
    [record] = caplog.records
    assert (record.getMessage(), record.__dict__["bodies"]) == ("bodies_not_stored", 3)


async def test_all_that_waits_is_stored_when_somebody_says_that_it_does() -> None:
    desk, store = a_desk(120), InMemoryBodyStore()
    keeping = asyncio.create_task(ledger_life.keep_storing_bodies(StoreBodies(desk=desk, store=store), desk.work))
    desk.work.notify()
    async with asyncio.timeout(10):
        while not await _has(store, "e-119"):  # noqa: ASYNC110  # no event says it
            await asyncio.sleep(0)
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping


async def test_old_bodies_go_batch_after_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_life, "PRUNING_PAUSE_SECONDS", 0.0)
    store = InMemoryBodyStore()
    old = MOMENT - timedelta(days=31)
    count = 2 * prune_bodies.BATCH + 1
    await store.keep([a_call_body(entry_id=f"e-{number}", at=old) for number in range(count)])
    prune = PruneBodies(store=store, governance=HeldGovernance(some_governance()), clock=SettableClock(MOMENT))
    pruning = asyncio.create_task(ledger_life.keep_pruning_bodies(prune))
    async with asyncio.timeout(10):
        while await _has(store, f"e-{count - 1}") or await _has(store, "e-0"):  # noqa: ASYNC110  # no event says it
            await asyncio.sleep(0)
    pruning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pruning


async def _has(store: InMemoryBodyStore, entry_id: str) -> bool:
    try:
        return (await store.get(entry_id, scope=None)).entry_id == entry_id
    except NotFound:
        return False
