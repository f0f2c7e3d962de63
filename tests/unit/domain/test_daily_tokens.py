from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.budget import BudgetPeriod, BudgetUnit, RuleSource
from domain.catalogue import ModelCatalogue
from domain.daily_tokens import daily_token_rules, variable_of
from domain.errors import ConfigurationError
from tests.builders import a_model

NAME = "QUANTRAIL_DAILY_TOKENS__"


def a_catalogue(*model_ids: str) -> ModelCatalogue:
    return ModelCatalogue(version="t", models=tuple(a_model(model_id=model_id) for model_id in model_ids))


@pytest.mark.parametrize(
    ("model_id", "variable"),
    [
        ("gpt-4o", "GPT_4O"),
        ("gpt-4.1-mini", "GPT_4_1_MINI"),
        ("vendor/model:7b@x+y", "VENDOR_MODEL_7B_X_Y"),
        ("o1-preview", "O1_PREVIEW"),
    ],
)
def test_a_variable_is_the_model_in_upper_case_with_underscores(model_id: str, variable: str) -> None:
    assert variable_of(model_id) == NAME + variable
    [rule] = daily_token_rules({NAME + variable: 500_000}, a_catalogue("another", model_id), timezone="Asia/Seoul")
    assert (rule.name, rule.model_id) == (f"daily_tokens_{model_id}", model_id)


def test_the_rule_counts_all_tokens_of_everybody_in_a_day_of_the_time_zone() -> None:
    [rule] = daily_token_rules({f"{NAME}GPT_4O": 500_000}, a_catalogue("gpt-4o"), timezone="Asia/Seoul")
    assert (rule.unit, rule.limit, rule.period) == (BudgetUnit.TOKENS, Decimal(500_000), BudgetPeriod.DAY)
    assert (rule.user_id, rule.service, rule.each_user) == (None, None, False)
    assert rule.source is RuleSource.ENVIRONMENT
    assert rule.window(datetime(2026, 11, 20, 15, tzinfo=UTC)).starts_at == datetime(2026, 11, 20, 15, tzinfo=UTC)


def test_every_variable_that_means_no_model_or_several_is_named() -> None:
    catalogue = a_catalogue("gpt-4o", "gpt-4.1", "gpt-4-1")
    limits = {f"{NAME}{name}": 1 for name in ("GPT_4O", "GPT_40", "GPT_4_1", "gpt_4o", "")}
    with pytest.raises(ConfigurationError) as refusal:
        daily_token_rules(limits, catalogue, timezone="UTC")
    assert [str(violation) for violation in refusal.value.violations] == [
        f"{NAME}GPT_40: names no model of the catalogue; did you mean '{NAME}GPT_4O'?",
        f"{NAME}GPT_4_1: may mean each of gpt-4.1, gpt-4-1; limit them by budgets in the configuration file",
        f"{NAME}gpt_4o: names no model of the catalogue; did you mean '{NAME}GPT_4O'?",
        f"{NAME}: names no model of the catalogue; did you mean '{NAME}GPT_4O'?",
    ]


def test_no_variable_is_no_rule() -> None:
    assert daily_token_rules({}, a_catalogue("gpt-4.1", "gpt-4-1"), timezone="UTC") == ()
