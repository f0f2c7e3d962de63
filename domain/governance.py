"""What is allowed and what it costs: catalogue, policies and budgets, checked together."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date

from domain.budget import BudgetRule
from domain.catalogue import ModelCatalogue
from domain.errors import Violation
from domain.policy import ServicePolicies
from domain.price_fact import PriceFact, price_facts
from domain.rate_limit import RateRule
from domain.retention import Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class Governance:
    """One consistent set of rules; a change of any of them is a new set, under another `version`.

    `reviewed` are the days on which prices were last compared, by model, where that was after they were written down;
    `unfit` is what was set at run time and cannot be in force beside the rest.
    """

    catalogue: ModelCatalogue
    policies: ServicePolicies
    budgets: tuple[BudgetRule, ...] = ()
    retention: Retention = field(default_factory=Retention)
    rate_limits: tuple[RateRule, ...] = ()
    version: str = "unversioned"
    reviewed: Mapping[str, date] = field(default_factory=dict)
    unfit: tuple[Violation, ...] = ()

    def budget(self, name: str) -> BudgetRule | None:
        """The rule of that name; None where there is none."""
        return next((rule for rule in self.budgets if rule.name == name), None)

    def budgets_for(self, *, user_id: str, service: str, model_id: str) -> tuple[BudgetRule, ...]:
        """Every rule that a call counts against, in the order of their names."""
        covering = (r for r in self.budgets if r.covers(user_id=user_id, service=service, model_id=model_id))
        return tuple(sorted(covering, key=lambda rule: rule.name))

    def price_facts(self) -> tuple[PriceFact, ...]:
        """Every price that a call under these rules can be reckoned with."""
        return price_facts(self.catalogue)


def changes(before: Governance, after: Governance) -> dict[str, tuple[str, ...]]:
    """The names of what one set has not or has otherwise than the other, by kind; a kind without any is left out."""
    kinds: dict[str, tuple[Mapping[str, object], Mapping[str, object]]] = {
        "models": (_models(before), _models(after)),
        "prices": (_prices(before), _prices(after)),
        "policies": (_policies(before), _policies(after)),
        "budgets": (_budgets(before), _budgets(after)),
        "retention": (asdict(before.retention), asdict(after.retention)),
        "rate_limits": (_rate_limits(before), _rate_limits(after)),
    }
    return {kind: names for kind, (old, new) in kinds.items() if (names := _differing(old, new))}


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(sorted(name for name in {*old, *new} if old.get(name) != new.get(name)))


def _models(rules: Governance) -> dict[str, object]:
    return {model.model_id: replace(model, prices=(), free=False) for model in rules.catalogue}


def _prices(rules: Governance) -> dict[str, object]:
    return {model.model_id: (model.prices, model.free) for model in rules.catalogue}


def _policies(rules: Governance) -> dict[str, object]:
    return {policy.service: policy for policy in rules.policies.policies}


def _budgets(rules: Governance) -> dict[str, object]:
    return {rule.name: rule for rule in rules.budgets}


def _rate_limits(rules: Governance) -> dict[str, object]:
    return {rule.name: rule for rule in rules.rate_limits}
