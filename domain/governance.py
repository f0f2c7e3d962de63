"""What is allowed and what it costs: catalogue, policies and budgets, checked together."""

from dataclasses import dataclass

from domain.budget import BudgetRule
from domain.catalogue import ModelCatalogue
from domain.policy import ServicePolicies


@dataclass(frozen=True, slots=True, kw_only=True)
class Governance:
    """One consistent set of rules; a change of any of them is a new set."""

    catalogue: ModelCatalogue
    policies: ServicePolicies
    budgets: tuple[BudgetRule, ...] = ()

    def budgets_for(self, *, user_id: str, service: str, model_id: str) -> tuple[BudgetRule, ...]:
        """Every rule that a call counts against, in the order of their names."""
        covering = (r for r in self.budgets if r.covers(user_id=user_id, service=service, model_id=model_id))
        return tuple(sorted(covering, key=lambda rule: rule.name))
