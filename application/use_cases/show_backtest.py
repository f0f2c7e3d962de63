"""Read one backtest."""

from dataclasses import dataclass

from application.ports.backtest_archive import BacktestArchive
from domain.backtest import StoredBacktest
from domain.identity import UserScope


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowBacktest:
    """One of the user's backtests. Raises: NotFound."""

    archive: BacktestArchive

    async def __call__(self, backtest_id: str, *, scope: UserScope) -> StoredBacktest:
        return await self.archive.get(backtest_id, scope=scope)
