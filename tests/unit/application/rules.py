"""Rules that change while the service runs, over fakes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.memory.audit_trail import InMemoryAuditTrail
from adapters.memory.clock import SettableClock
from adapters.memory.governance import HeldGovernance
from adapters.memory.ids import CountingIds
from adapters.memory.price_book import InMemoryPriceBook
from adapters.memory.price_list import InMemoryPriceList
from adapters.memory.revisions import InMemoryRevisions
from adapters.memory.rule_book import InMemoryRuleBook
from adapters.memory.usage_ledger import InMemoryUsageLedger
from application.ruling import Ruling
from application.use_cases.apply_prices import ApplyPrices
from application.use_cases.follow_rules import FollowRules
from application.use_cases.reload_configuration import ReloadConfiguration
from application.use_cases.remove_budget import RemoveBudget
from application.use_cases.set_budget import SetBudget
from domain.audit import AuditEntry
from domain.budget import BudgetPeriod, BudgetRule, BudgetUnit
from domain.budget_order import BudgetOrder
from domain.governance import Governance
from domain.price_review import Quotation
from tests.builders import MOMENT
from tests.unit.application.services import some_governance


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A configuration that a test writes."""

    said: list[Governance]

    def read(self) -> Governance:
        """What was written last."""
        return self.said[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One process that rules; several of them may share trail, revisions and book."""

    held: HeldGovernance
    written: Written
    prices: InMemoryPriceList = field(default_factory=lambda: InMemoryPriceList({}))
    trail: InMemoryAuditTrail = field(default_factory=InMemoryAuditTrail)
    book: InMemoryRuleBook
    ruling: Ruling
    ledger: InMemoryUsageLedger = field(default_factory=InMemoryUsageLedger)
    clock: SettableClock = field(default_factory=lambda: SettableClock(MOMENT))
    ids: CountingIds = field(default_factory=CountingIds)

    @property
    def set_budget(self) -> SetBudget:
        return SetBudget(ruling=self.ruling, report=self.ledger, clock=self.clock, ids=self.ids)

    @property
    def remove_budget(self) -> RemoveBudget:
        return RemoveBudget(ruling=self.ruling, report=self.ledger, clock=self.clock, ids=self.ids)

    @property
    def follow(self) -> FollowRules:
        return FollowRules(ruling=self.ruling)

    @property
    def apply_prices(self) -> ApplyPrices:
        return ApplyPrices(ruling=self.ruling, prices=self.prices, clock=self.clock, ids=self.ids)

    @property
    def reload(self) -> ReloadConfiguration:
        return ReloadConfiguration(
            source=self.written,
            ruling=self.ruling,
            trail=self.trail,
            clock=self.clock,
            ids=self.ids,
            embedding_providers={"memory"},
        )

    async def acts(self) -> tuple[AuditEntry, ...]:
        """The rows of the audit trail, newest first."""
        return (await self.trail.page(limit=100)).items


def an_office(*budgets: BudgetRule, quotations: Mapping[str, Quotation] | None = None) -> Office:
    rules = some_governance(*budgets)
    trail = InMemoryAuditTrail()
    book = InMemoryRuleBook(trail, InMemoryRevisions())
    return an_office_over(rules, trail, book, quotations or {})


def an_office_over(
    rules: Governance, trail: InMemoryAuditTrail, book: InMemoryRuleBook, quotations: Mapping[str, Quotation]
) -> Office:
    held = HeldGovernance(rules)
    return Office(
        held=held,
        written=Written(said=[rules]),
        prices=InMemoryPriceList(quotations),
        trail=trail,
        book=book,
        ruling=Ruling(held=held, book=book, prices=InMemoryPriceBook(), written=rules),
    )


def an_order(name: str = "팀/한도", limit: str = "20", **changes: object) -> BudgetOrder:
    members = {"unit": BudgetUnit.USD, "period": BudgetPeriod.DAY} | changes
    return BudgetOrder(name=name, limit=limit, **members)  # type: ignore[arg-type]  # members of an order
