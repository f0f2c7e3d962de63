import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import date

import pytest

from adapters.memory.clock import SettableClock
from application.use_cases.prune_ledger import AT_ONCE, PruneLedger
from entrypoints import ledger_life
from tests.builders import MOMENT
from tests.unit.application.services import a_service


@dataclass
class CountedPruning:
    """Has so many rows to let go."""

    left: int
    asked: list[date] = field(default_factory=list)

    async def prune(self, *, before: date, limit: int) -> int:
        self.asked.append(before)
        pruned = min(self.left, limit)
        self.left -= pruned
        return pruned


async def test_pruning_goes_on_with_pauses_until_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def counted(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", counted)
    store = CountedPruning(left=2 * AT_ONCE + 1)
    prune = PruneLedger(ledger=store, governance=a_service().governance, clock=SettableClock(MOMENT))
    task = asyncio.create_task(ledger_life.keep_pruning(prune))
    while ledger_life.PRUNING_SECONDS not in pauses:
        await sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert store.left == 0
    assert pauses[:3] == [ledger_life.PRUNING_PAUSE_SECONDS] * 2 + [ledger_life.PRUNING_SECONDS]
    assert store.asked[0].isoformat() == "2025-10-16"
