"""What a number means for a figure: as our records hold it, with the comparator that was meant."""

from collections.abc import Set as AbstractSet
from dataclasses import replace

from domain.filters import Filter, FilterOp
from domain.numbers import PERCENT, Number, Unit
from domain.question_words import YEAR
from domain.vocabulary_metrics import LOSS, METRICS

SMALLER_IS_BETTER = frozenset({LOSS, "max_drawdown", "volatility", "fees_paid"})
MIRRORED = {
    FilterOp.GE: FilterOp.LE, FilterOp.LE: FilterOp.GE, FilterOp.GT: FilterOp.LT, FilterOp.LT: FilterOp.GT,
    FilterOp.EQ: FilterOp.EQ,
}  # fmt: skip
_JUDGED = {"better": FilterOp.GT, "worse": FilterOp.LT, "not_worse": FilterOp.GE, "not_better": FilterOp.LE}
_BY_SIZE = ("이내", "안쪽", "within", "이내로", "안으로")
_DEPTHS = ("얕", "깊", "shallow", "deep")
"""A drawdown of -35 % is deeper than one of -20 %, whatever the sign says."""
_YEARLY = frozenset(
    {"total_return", LOSS, "annual_return", "volatility", "sharpe_ratio", "sortino_ratio", "calmar_ratio"}
)


def has_unit(metric: str, number: Number | None) -> bool:
    """Whether a number of that unit can be a value of the metric."""
    words = METRICS.get(metric)
    return words is None or (number is not None and number.unit in words.units)


def sign_filter(metric: str, sign: str) -> tuple[Filter, ...] | None:
    """`negative sharpe`; and `a single-digit drawdown`, where the metric is a share."""
    op, value = sign.split()
    words = METRICS.get(metric)
    if words is None or (float(value) and not words.share):
        return None
    if metric == LOSS:
        return (Filter(field="total_return", op=MIRRORED[FilterOp(op)], value=-float(value)),)
    return (Filter(field=metric, op=FilterOp(op), value=float(value)),)


def range_filters(
    metric: str, low: Number | None, high: Number | None, paces: AbstractSet[str]
) -> tuple[Filter, ...] | None:
    """From the one to the other, both included; None where they cannot be meant."""
    if low is None or high is None:
        return None
    if low.unit is Unit.PLAIN and high.unit is not Unit.PLAIN:
        low = replace(low, unit=high.unit)
    if high.unit is Unit.PLAIN and low.unit is not Unit.PLAIN:
        high = replace(high, unit=low.unit)
    if low.fraction > high.fraction:
        low, high = high, low
    pairs = ((FilterOp.GE, low), (FilterOp.LE, high))
    made = [bound_filter(metric, op, number, paces) for op, number in pairs]
    sound = tuple(condition for condition in made if condition is not None)
    return sound if len(sound) == len(made) else None


def bound_filter(
    metric: str, comparator: str, number: Number | None, paces: AbstractSet[str], *, said: str = ""
) -> Filter | None:
    """The filter of one bound; None where its unit, its size or its pace cannot be meant."""
    value = _amount(metric, number)
    if value is None or (paces and (paces != {YEAR} or metric not in _YEARLY)):
        return None
    judged = _JUDGED.get(comparator)
    op = judged or FilterOp(comparator)
    if judged is not None and metric in SMALLER_IS_BETTER:
        op = MIRRORED[op]
    field = "annual_return" if paces and metric in ("total_return", LOSS) else metric
    if metric == LOSS:
        return Filter(field="total_return" if field == LOSS else field, op=MIRRORED[op], value=-value)
    if metric == "max_drawdown" and value < 0:
        by_size = judged is not None or said in _BY_SIZE or any(depth in said for depth in _DEPTHS)
        return Filter(field=field, op=op if by_size else MIRRORED[op], value=-value)
    return Filter(field=field, op=op, value=value)


def _amount(metric: str, number: Number | None) -> float | None:
    """The number as our records hold it; None where its unit, or its size, cannot be meant."""
    words = METRICS.get(metric)
    if words is None or number is None or number.unit not in words.units:
        return None
    value = number.fraction
    # A plain number above 1 on a share is a percentage: nobody asks for a win rate of 60 times.
    if words.share and number.unit is Unit.PLAIN and abs(value) > 1:
        value /= PERCENT
    return None if words.at_most_one and abs(value) > 1 else value
