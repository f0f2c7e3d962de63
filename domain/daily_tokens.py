"""The plan's daily limit of tokens a model, as the environment states it: `…__GPT_4O=500000`."""

import re
from collections.abc import Mapping
from decimal import Decimal

from domain.budget import BudgetPeriod, BudgetRule, BudgetUnit, RuleSource
from domain.catalogue import ModelCatalogue
from domain.errors import ConfigurationError, Violation
from domain.text import did_you_mean

DAILY_TOKENS_PREFIX = "QUANTRAIL_DAILY_TOKENS__"
RULE_PREFIX = "daily_tokens_"


def daily_token_rules(limits: Mapping[str, int], catalogue: ModelCatalogue, *, timezone: str) -> tuple[BudgetRule, ...]:
    """A rule for each variable, for all users and services together.

    A variable names a model in upper case, with an underscore for every other character. Raises: ConfigurationError,
    with every variable that names no model, or more than one.
    """
    named: dict[str, list[str]] = {}
    for model in catalogue:
        named.setdefault(variable_of(model.model_id), []).append(model.model_id)
    violations = [
        Violation(field=variable, message=_wrong(variable, named))
        for variable in limits
        if len(named.get(variable, ())) != 1
    ]
    if violations:
        raise ConfigurationError(*violations)
    return tuple(_rule(named[variable][0], limit, timezone) for variable, limit in limits.items())


def variable_of(model_id: str) -> str:
    """The variable that limits the model."""
    return DAILY_TOKENS_PREFIX + re.sub(r"[^A-Z0-9]", "_", model_id.upper())


def _wrong(variable: str, named: Mapping[str, list[str]]) -> str:
    if variable in named:
        return f"may mean each of {', '.join(named[variable])}; limit them by budgets in the configuration file"
    return f"names no model of the catalogue{did_you_mean(variable, named)}"


def _rule(model_id: str, limit: int, timezone: str) -> BudgetRule:
    return BudgetRule(
        name=RULE_PREFIX + model_id,
        unit=BudgetUnit.TOKENS,
        limit=Decimal(limit),
        period=BudgetPeriod.DAY,
        timezone=timezone,
        model_id=model_id,
        source=RuleSource.ENVIRONMENT,
    )
