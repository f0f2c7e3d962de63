"""Say how the service is doing, in figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from application.limiting import Limits
from application.ports.governance import GovernanceSource
from application.ports.index_backlog import Backlog, IndexBacklog
from application.ports.system import Clock
from application.ports.usage_ledger import UsageReport
from application.totals import LedgerTotals
from domain.budget import BudgetCounter
from domain.figures import UsageFigure


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFigures:
    """What was used since the ledger began, held and spent of each budget, what is not indexed yet, who was refused."""

    at: datetime
    usage: tuple[UsageFigure, ...]
    counters: tuple[BudgetCounter, ...]
    backlog: Backlog
    refused: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Calls that a rate limit did not let in, by rule and unit, since this process began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureService:
    """The figures of the stores as they are now. Raises: StoreUnavailable."""

    totals: LedgerTotals
    report: UsageReport
    governance: GovernanceSource
    backlog: IndexBacklog
    limits: Limits
    clock: Clock

    async def __call__(self) -> ServiceFigures:
        now = self.clock.now()
        return ServiceFigures(
            at=now,
            usage=await self.totals.read(),
            counters=tuple(await self.report.counters(self.governance.current().budgets, at=now)),
            backlog=await self.backlog.backlog(),
            refused=dict(self.limits.refused),
        )
