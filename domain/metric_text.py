"""The figures of a backtest as readers see them: one name and one number format for each, in both languages."""

import math

from domain.language import Language
from domain.numbers import Unit
from domain.vocabulary_metrics import LOSS, METRICS

LARGEST_WRITTEN_OUT = 1e15
"""Above it a number is written with an exponent: nobody reads so many digits, and a float does not hold them."""
_LOWER_IS_BETTER = frozenset({"max_drawdown", "volatility", "fees_paid", LOSS})
_NEITHER = frozenset({"trade_count", "exposure_time", "benchmark_return", "initial_capital"})


def metric_label(name: str, language: Language) -> str:
    """What a metric is called. Raises: KeyError for what is none."""
    words = METRICS[name]
    return words.korean if language is Language.KOREAN else words.english


def metric_value_text(name: str, value: float | None, language: Language) -> str:
    """The value as a reader sees it: 45.2%, 0.61, 10,000, 48; money and counts without their unit.

    None, and what no number can say, is 알 수 없음 or unknown. Raises: KeyError for a name that is no metric.
    """
    words = METRICS[name]
    shown = value * 100 if words.share and value is not None else value
    if shown is None or not math.isfinite(shown):
        return "알 수 없음" if language is Language.KOREAN else "unknown"
    if words.share:
        return f"{_grouped(shown, 1)}%"
    if Unit.COUNT in words.units or Unit.MONEY in words.units:
        return _grouped(shown, 0 if float(shown).is_integer() else 2)
    return _grouped(shown, 2)


def higher_is_better(name: str) -> bool | None:
    """Whether more of a metric is better; None where neither more nor less is. Raises: KeyError for what is none."""
    METRICS[name]
    return None if name in _NEITHER else name not in _LOWER_IS_BETTER


def _grouped(value: float, decimals: int) -> str:
    """With thousands separators, and never minus nothing."""
    if abs(value) >= LARGEST_WRITTEN_OUT:
        return f"{value:.2e}"
    text = f"{value:,.{decimals}f}"
    return text if any(digit in "123456789" for digit in text) else text.removeprefix("-")
