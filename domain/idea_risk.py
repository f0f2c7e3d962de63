"""What a number means for the risk: a share of the equity or the price, or a count of bars."""

from domain.idea_words import bars
from domain.numbers import PERCENT, Number, Unit

MAX_TAKE_PROFIT = 10


def risk_value(name: str, number: Number) -> float | None:
    """The number as the risk holds it; None where its unit or size cannot be meant."""
    if name == "max_holding_bars":
        value = bars(number)
        whole = number.unit in (Unit.PLAIN, Unit.BARS, Unit.WEEKS, Unit.MONTHS) and value.is_integer()
        return value if whole and 1 <= value <= 10_000 else None  # noqa: PLR2004  # 40 years of days
    if number.unit not in (Unit.PLAIN, Unit.PERCENT, Unit.BASIS_POINTS):
        return None
    value = abs(number.fraction)
    if number.unit is Unit.PLAIN and value > 1:
        value /= PERCENT
    most = {"stop_loss": 1.0, "take_profit": float(MAX_TAKE_PROFIT), "position_fraction": 1.0}[name]
    open_end = name == "stop_loss"
    return value if 0 < value < most or (value == most and not open_end) else None
