import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.backtest import METRIC_NAMES
from domain.language import Language
from domain.metric_text import higher_is_better, metric_label, metric_value_text

SHOWN = (
    ("total_return", 0.452, "45.2%"),
    ("total_return", -0.0721, "-7.2%"),
    ("total_return", -0.0001, "0.0%"),
    ("benchmark_return", 12.5, "1,250.0%"),
    ("max_drawdown", 0.18, "18.0%"),
    ("sharpe_ratio", 0.6, "0.60"),
    ("sharpe_ratio", -1.236, "-1.24"),
    ("calmar_ratio", 0, "0.00"),
    ("profit_factor", 1234.5, "1,234.50"),
    ("trade_count", 48, "48"),
    ("trade_count", 12345, "12,345"),
    ("fees_paid", 96.1, "96.10"),
    ("initial_capital", 10000.0, "10,000"),
    ("final_equity", 14520.4, "14,520.40"),
    ("final_equity", 1e300, "1.00e+300"),
)


@pytest.mark.parametrize(("name", "value", "text"), SHOWN)
@pytest.mark.parametrize("language", Language)
def test_each_kind_of_figure_has_its_format(name: str, value: float, text: str, language: Language) -> None:
    assert metric_value_text(name, value, language) == text


@pytest.mark.parametrize("value", [None, math.inf, math.nan])
def test_what_is_not_known_is_said_in_words(value: float | None) -> None:
    assert metric_value_text("sharpe_ratio", value, Language.KOREAN) == "알 수 없음"
    assert metric_value_text("total_return", value, Language.ENGLISH) == "unknown"


def test_a_share_too_large_to_be_a_percentage_is_unknown() -> None:
    assert metric_value_text("total_return", 1e307, Language.ENGLISH) == "unknown"


def test_a_label_is_in_the_readers_language() -> None:
    assert metric_label("max_drawdown", Language.KOREAN) == "최대낙폭"
    assert metric_label("max_drawdown", Language.ENGLISH) == "max drawdown"


def test_every_metric_has_a_label_and_a_direction_in_both_languages() -> None:
    for name in METRIC_NAMES:
        assert metric_label(name, Language.KOREAN) != metric_label(name, Language.ENGLISH)
    assert [name for name in METRIC_NAMES if higher_is_better(name) is False] == [
        "volatility",
        "max_drawdown",
        "fees_paid",
    ]
    assert [name for name in METRIC_NAMES if higher_is_better(name) is None] == [
        "trade_count",
        "exposure_time",
        "benchmark_return",
    ]


def test_a_name_that_is_no_metric_is_an_error() -> None:
    with pytest.raises(KeyError):
        higher_is_better("luck")


@given(st.sampled_from(METRIC_NAMES), st.floats(allow_nan=False), st.sampled_from(Language))
def test_a_figure_is_one_word_that_a_reader_can_take_in(name: str, value: float, language: Language) -> None:
    text = metric_value_text(name, value, language)
    assert re.fullmatch(r"-?\d{1,3}(,\d{3})*(\.\d+)?%?|-?\d\.\d\de\+\d+%?|unknown|알 수 없음", text)
