"""A strategy as data that an engine can run, and what makes it valid."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.backtest import StrategyType
from domain.errors import InvalidStrategy, Violation
from domain.indicators import DEFINITIONS, PRICE_SCALES, SCALE_BOUNDS, IndicatorKind, PriceField, Scale
from domain.strategy_rules import (
    CROSSINGS,
    Condition,
    ConditionOp,
    Match,
    Operand,
    Rule,
    contradictions,
    leaves_at_once,
)
from domain.text import is_storable

__all__ = [
    "CROSSINGS", "INDICATOR_ID", "MAX_CONDITIONS", "MAX_DESCRIPTION_LENGTH", "MAX_INDICATORS", "MAX_NAME_LENGTH",
    "TIMEFRAMES", "Condition", "ConditionOp", "Direction", "Indicator", "Match", "Operand", "Risk", "Rule",
    "StrategySpec",
]  # fmt: skip

MAX_INDICATORS = 10
MAX_CONDITIONS = 10
MAX_NAME_LENGTH = 200
MAX_DESCRIPTION_LENGTH = 4_000
TIMEFRAMES = ("1m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d", "1w", "1mo")
INDICATOR_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Direction(StrEnum):
    """Which way a position goes."""

    LONG = "long"
    SHORT = "short"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A series computed from prices. `source` is the price it reads where its kind leaves that open (default close)."""

    id: str
    kind: IndicatorKind
    params: Mapping[str, float] = field(default_factory=dict)
    source: PriceField | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """How much is at stake. Units: fractions of equity or of the entry price; bars."""

    position_fraction: float
    stop_loss: float | None = None
    take_profit: float | None = None
    max_holding_bars: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategySpec:
    """A strategy that an engine can run. Raises: InvalidStrategy, with everything that is wrong."""

    name: str
    description: str
    type: StrategyType
    symbols: tuple[str, ...]
    timeframe: str
    indicators: tuple[Indicator, ...]
    entry: Rule
    exit: Rule
    direction: Direction
    risk: Risk

    def __post_init__(self) -> None:
        violations = tuple(_violations(self))
        if violations:
            raise InvalidStrategy(*violations)

    def lookback(self) -> int:
        """How many bars must have passed before every indicator has a value."""
        return max((_lookback(indicator) for indicator in self.indicators), default=1)

    def numbers(self) -> frozenset[float]:
        """Every number in the rules, the indicators and the risk."""
        conditions = (*self.entry.conditions, *self.exit.conditions)
        levels = [operand for c in conditions for operand in (c.left, c.right) if not isinstance(operand, str)]
        params = [value for indicator in self.indicators for value in indicator.params.values()]
        risk = (self.risk.position_fraction, self.risk.stop_loss, self.risk.take_profit, self.risk.max_holding_bars)
        return frozenset(float(number) for number in (*levels, *params, *risk) if number is not None)


def _lookback(indicator: Indicator) -> int:
    params = DEFINITIONS[indicator.kind].defaults() | dict(indicator.params)
    if indicator.kind is IndicatorKind.MACD:
        return int(params["slow"] + params["signal"])
    return int(sum(value for name, value in params.items() if name != "deviations")) + 1


def _violations(spec: StrategySpec) -> Iterator[Violation]:
    yield from _texts(spec)
    known: dict[str, Indicator] = {}
    if len(spec.indicators) > MAX_INDICATORS:
        yield Violation(field="indicators", message=f"at most {MAX_INDICATORS}")
    for i, indicator in enumerate(spec.indicators):
        yield from _indicator(f"indicators[{i}]", indicator, known)
        known[indicator.id] = indicator
    yield from _rule("entry", spec.entry, known)
    yield from _rule("exit", spec.exit, known)
    yield from _risk(spec)


def _texts(spec: StrategySpec) -> Iterator[Violation]:
    if not spec.name.strip() or len(spec.name) > MAX_NAME_LENGTH:
        yield Violation(field="name", message=f"must have 1 to {MAX_NAME_LENGTH} characters")
    if len(spec.description) > MAX_DESCRIPTION_LENGTH:
        yield Violation(field="description", message=f"must have at most {MAX_DESCRIPTION_LENGTH} characters")
    for path, text in (("name", spec.name), ("description", spec.description), ("symbols", "".join(spec.symbols))):
        if not is_storable(text):
            yield Violation(field=path, message="must not hold a NUL or half a surrogate pair")
    if not spec.symbols or not all(symbol.strip() for symbol in spec.symbols):
        yield Violation(field="symbols", message="must name at least one symbol, none of them empty")
    if len(set(spec.symbols)) != len(spec.symbols):
        yield Violation(field="symbols", message="names a symbol twice")
    if spec.timeframe not in TIMEFRAMES:
        yield Violation(field="timeframe", message=f"must be one of {', '.join(TIMEFRAMES)}")


def _indicator(path: str, indicator: Indicator, known: Mapping[str, Indicator]) -> Iterator[Violation]:
    if not INDICATOR_ID.fullmatch(indicator.id) or indicator.id in set(PriceField):
        message = "must be a lower-case word of letters, digits and _, and no price field"
        yield Violation(field=f"{path}.id", message=message)
    if indicator.id in known:
        yield Violation(field=f"{path}.id", message=f"{indicator.id!r} stands for another indicator already")
    definition = DEFINITIONS[indicator.kind]
    if indicator.source is not None and not definition.takes_source:
        yield Violation(field=f"{path}.source", message=f"{indicator.kind} reads no chosen source")
    for name, value in indicator.params.items():
        allowed = definition.parameters.get(name)
        if allowed is None:
            names = ", ".join(definition.parameters)
            yield Violation(field=f"{path}.params.{name}", message=f"{indicator.kind} takes only {names}")
        elif not allowed.accepts(value):
            whole = "a whole number " if allowed.whole else ""
            message = f"must be {whole}from {allowed.low:g} to {allowed.high:g}, and is {value:g}"
            yield Violation(field=f"{path}.params.{name}", message=message)
    params = definition.defaults() | dict(indicator.params)
    if params.get("fast", 0) >= params.get("slow", math.inf):
        yield Violation(field=f"{path}.params.fast", message="must be less than slow")


def _rule(path: str, rule: Rule, known: Mapping[str, Indicator]) -> Iterator[Violation]:
    if path == "entry" and not rule.conditions:
        yield Violation(field="entry.conditions", message="needs at least one condition")
    if len(rule.conditions) > MAX_CONDITIONS:
        yield Violation(field=f"{path}.conditions", message=f"at most {MAX_CONDITIONS}")
    for i, condition in enumerate(rule.conditions):
        yield from _condition(f"{path}.conditions[{i}]", condition, known)
    if rule.match is Match.ALL:
        yield from contradictions(path, rule)


def _condition(path: str, condition: Condition, known: Mapping[str, Indicator]) -> Iterator[Violation]:
    scales: list[Scale | None] = []
    for side, operand in (("left", condition.left), ("right", condition.right)):
        scale, problem = _scale_of(operand, known)
        if problem is not None:
            yield Violation(field=f"{path}.{side}", message=problem)
            return
        scales.append(scale)
    left, right = scales
    if left is None and right is None:
        yield Violation(field=path, message="compares two numbers, so it is always true or never")
    elif condition.left == condition.right:
        yield Violation(field=path, message="compares a series with itself")
    elif left is not None and right is not None and left is not right:
        yield Violation(field=path, message=f"compares {left} ({condition.left}) with {right} ({condition.right})")
    elif condition.op in CROSSINGS and left is None:
        yield Violation(field=f"{path}.left", message="only a series can cross")
    else:
        yield from _out_of_bounds(path, condition, left or right)


def _scale_of(operand: Operand, known: Mapping[str, Indicator]) -> tuple[Scale | None, str | None]:
    """The operand's scale (None for a number), or what is wrong with it."""
    if not isinstance(operand, str):
        return (None, None) if math.isfinite(operand) else (None, "must be a finite number")
    if operand in set(PriceField):
        return PRICE_SCALES[PriceField(operand)], None
    name, dot, output = operand.partition(".")
    indicator = known.get(name)
    if indicator is None:
        return None, f"{operand!r} is no indicator of this strategy, no price field and no number"
    definition = DEFINITIONS[indicator.kind]
    if dot and output not in definition.outputs:
        outputs = f"only {', '.join(definition.outputs)}" if definition.outputs else "no named output"
        return None, f"{indicator.kind} has {outputs}"
    return definition.scale, None


def _out_of_bounds(path: str, condition: Condition, scale: Scale | None) -> Iterator[Violation]:
    """A number that the series can never pass makes the condition always true, or never."""
    if scale is None:
        return
    low, high = SCALE_BOUNDS[scale]
    for side, operand in (("left", condition.left), ("right", condition.right)):
        if not isinstance(operand, str) and not low < operand < high:
            message = f"{operand:g} is outside of what {scale} can pass ({low:g} to {high:g})"
            yield Violation(field=f"{path}.{side}", message=message)


def _risk(spec: StrategySpec) -> Iterator[Violation]:
    risk = spec.risk
    if not 0 < risk.position_fraction <= 1:
        yield Violation(field="risk.position_fraction", message="must be more than 0 and at most 1")
    if risk.stop_loss is not None and not 0 < risk.stop_loss < 1:
        yield Violation(field="risk.stop_loss", message="must lie between 0 and 1 (0.05 is 5 %)")
    if risk.take_profit is not None and not 0 < risk.take_profit <= 10:  # noqa: PLR2004  # a tenfold gain
        yield Violation(field="risk.take_profit", message="must be more than 0 and at most 10 (0.1 is 10 %)")
    if risk.max_holding_bars is not None and risk.max_holding_bars < 1:
        yield Violation(field="risk.max_holding_bars", message="must be at least 1")
    if not spec.exit.conditions and risk.stop_loss is None and risk.max_holding_bars is None:
        yield Violation(field="exit.conditions", message="nothing ever closes a position that loses")
    if leaves_at_once(spec.entry, spec.exit):
        yield Violation(field="exit", message="holds whenever the entry does, so a position closes as it opens")
