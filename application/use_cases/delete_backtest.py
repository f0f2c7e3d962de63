"""Remove a backtest."""

from dataclasses import dataclass

from application.ports.backtest_archive import BacktestArchive
from application.ports.signal import Signal
from domain.identity import UserScope


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteBacktest:
    """Remove one of the user's backtests, and soon after its card from the indexes. Raises: NotFound."""

    archive: BacktestArchive
    work: Signal

    async def __call__(self, backtest_id: str, *, scope: UserScope) -> None:
        await self.archive.delete(backtest_id, scope=scope)
        self.work.notify()
