"""Say how the service is doing, in figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from application.limiting import Limits
from application.ports.governance import GovernanceSource
from application.ports.index_backlog import Backlog, IndexBacklog
from application.ports.system import Clock
from application.ports.usage_ledger import UsageReport
from application.totals import LedgerTotals
from domain.budget import BudgetCounter
from domain.figures import UsageFigure
from domain.price_review import price_ages


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFigures:
    """What was used since the ledger began, what is held and spent of each budget, what waits to be indexed.

    Of this process: `warnings` by rule, unit and share of a budget; `refused`, calls that a rate limit did not let in,
    by rule and unit. `price_ages` are days since a price was confirmed.
    """

    at: datetime
    usage: tuple[UsageFigure, ...]
    counters: tuple[BudgetCounter, ...]
    backlog: Backlog
    warnings: Mapping[tuple[str, str, Decimal], int]
    price_ages: Mapping[str, int]
    refused: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureService:
    """The figures of the stores as they are now. Raises: StoreUnavailable."""

    totals: LedgerTotals
    report: UsageReport
    governance: GovernanceSource
    backlog: IndexBacklog
    warnings: Mapping[tuple[str, str, Decimal], int]
    limits: Limits
    clock: Clock

    async def __call__(self) -> ServiceFigures:
        now, rules = self.clock.now(), self.governance.current()
        return ServiceFigures(
            at=now,
            usage=await self.totals.read(),
            counters=tuple(await self.report.counters(rules.budgets, at=now)),
            backlog=await self.backlog.backlog(),
            warnings=dict(self.warnings),
            price_ages=price_ages(rules, at=now),
            refused=dict(self.limits.refused),
        )
