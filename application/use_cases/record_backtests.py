"""Keep finished backtests."""

from collections.abc import Sequence
from dataclasses import dataclass

from application.ports.backtest_archive import BacktestArchive
from application.ports.signal import Signal
from application.ports.system import Clock
from domain.backtest import Backtest, RecordOutcome
from domain.identity import UserScope


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBacktests:
    """Keep finished backtests and queue them for indexing, each once; what they came to, in order."""

    archive: BacktestArchive
    clock: Clock
    work: Signal

    async def __call__(self, backtests: Sequence[Backtest], *, scope: UserScope) -> list[RecordOutcome]:
        outcomes = await self.archive.record(backtests, scope=scope, at=self.clock.now())
        self.work.notify()
        return outcomes
