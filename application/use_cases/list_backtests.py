"""Read the backtests there are."""

from dataclasses import dataclass

from application.ports.backtest_archive import BacktestArchive
from domain.backtest import StoredBacktest
from domain.identity import UserScope
from domain.paging import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBacktests:
    """The user's backtests, latest first, a page at a time."""

    archive: BacktestArchive

    async def __call__(self, *, scope: UserScope, limit: int, after: str | None) -> Page[StoredBacktest]:
        return await self.archive.page(scope=scope, limit=limit, after=after)
