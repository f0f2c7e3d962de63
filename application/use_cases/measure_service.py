"""Say how the service is doing, in figures."""

from dataclasses import dataclass
from datetime import datetime

from application.ports.governance import GovernanceSource
from application.ports.index_backlog import Backlog, IndexBacklog
from application.ports.system import Clock
from application.ports.usage_ledger import UsageReport
from application.totals import LedgerTotals
from domain.budget import BudgetCounter
from domain.figures import UsageFigure


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFigures:
    """What was used since the ledger began, what is held and spent of each budget, what waits to be indexed."""

    at: datetime
    usage: tuple[UsageFigure, ...]
    counters: tuple[BudgetCounter, ...]
    backlog: Backlog


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureService:
    """The figures of the stores as they are now. Raises: StoreUnavailable."""

    totals: LedgerTotals
    report: UsageReport
    governance: GovernanceSource
    backlog: IndexBacklog
    clock: Clock

    async def __call__(self) -> ServiceFigures:
        now = self.clock.now()
        return ServiceFigures(
            at=now,
            usage=await self.totals.read(),
            counters=tuple(await self.report.counters(self.governance.current().budgets, at=now)),
            backlog=await self.backlog.backlog(),
        )
