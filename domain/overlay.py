"""What was set while the service ran, laid over what is written down."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from domain.budget import BudgetRule
from domain.budget_order import unknown_names
from domain.catalogue import ModelCatalogue, ModelConfig, TokenPrice
from domain.errors import Violation
from domain.governance import Governance

VERSION_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedPrice:
    """A price that was taken from a data set, and the one that was in force for its day until then."""

    model_id: str
    price: TokenPrice
    replaces: TokenPrice | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """Budgets set over HTTP, prices in the order in which they were taken, and when each model's was last reviewed."""

    budgets: tuple[BudgetRule, ...] = ()
    prices: tuple[AppliedPrice, ...] = ()
    reviewed: Mapping[str, date] = field(default_factory=dict)


def overlaid(written: Governance, overlay: Overlay) -> Governance:
    """The rules in force: a budget set at run time stands in place of the written one of its name.

    One that names what the written rules do not know is not in force, and told as unfit; the written one is, then. A
    price of a model that is gone, or declared free by now, says nothing: it counts again with the model.
    """
    models = [model.model_id for model in written.catalogue]
    services = [policy.service for policy in written.policies.policies]
    misfits = {
        rule.name: tuple(unknown_names(rule, models=models, services=services))
        for rule in sorted(overlay.budgets, key=lambda rule: rule.name)
    }
    set_now = {rule.name: rule for rule in overlay.budgets if not misfits[rule.name]}
    budgets = {rule.name: rule for rule in written.budgets} | set_now
    return replace(
        written,
        budgets=tuple(budgets.values()),
        catalogue=_priced(written.catalogue, overlay.prices),
        version=_version(written.version, (*set_now.values(), *overlay.prices)),
        reviewed=dict(overlay.reviewed),
        unfit=tuple(_named(misfits)),
    )


def _named(misfits: Mapping[str, tuple[Violation, ...]]) -> Iterator[Violation]:
    for name, violations in misfits.items():
        for violation in violations:
            message = f"{violation.field}: {violation.message}; it is kept, and not in force"
            yield Violation(field=f"budgets[{name!r}]", message=message)


def _priced(catalogue: ModelCatalogue, prices: tuple[AppliedPrice, ...]) -> ModelCatalogue:
    if not prices:
        return catalogue
    models = tuple(with_prices(model, prices) for model in catalogue)
    return replace(catalogue, models=models, version=_version(catalogue.version, prices))


def with_prices(model: ModelConfig, prices: Iterable[AppliedPrice]) -> ModelConfig:
    """The model with those of the prices that were taken for it; nothing is added to one that is declared free.

    Of two prices for one day the written one counts where it is not the one that was replaced: it was written since.
    """
    stated = list(model.prices)
    for applied in prices:
        if applied.model_id == model.model_id and not model.free:
            that_day = [price for price in stated if price.valid_from == applied.price.valid_from]
            if all(price == applied.replaces for price in that_day):
                stated = [*(price for price in stated if price not in that_day), applied.price]
    return replace(model, prices=tuple(stated))


def _version(written: str, added: tuple[object, ...]) -> str:
    """The written version, marked by what lies over it: the same in every process."""
    if not added:
        return written
    digest = hashlib.sha256(repr(added).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{written}+{digest[:VERSION_DIGITS]}"
