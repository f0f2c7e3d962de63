"""Indicators with their numbers as rules: when to enter, when to leave."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from domain.backtest import StrategyType
from domain.drafting_parts import Part, Parts
from domain.drafting_stated import reversed_condition, stated_rules
from domain.idea import Level
from domain.idea_words import AVERAGES
from domain.indicators import DEFINITIONS, IndicatorKind, PriceField
from domain.strategy import Condition, ConditionOp, Direction, Indicator, Operand
from domain.strategy_rules import implies

_MIRRORED = {
    ConditionOp.LT: ConditionOp.GT, ConditionOp.GT: ConditionOp.LT, ConditionOp.LE: ConditionOp.GE,
    ConditionOp.GE: ConditionOp.LE, ConditionOp.CROSSES_ABOVE: ConditionOp.CROSSES_BELOW,
    ConditionOp.CROSSES_BELOW: ConditionOp.CROSSES_ABOVE,
}  # fmt: skip
_STATES = {ConditionOp.CROSSES_ABOVE: ConditionOp.GT, ConditionOp.CROSSES_BELOW: ConditionOp.LT}
_BELOW = (ConditionOp.LT, ConditionOp.LE, ConditionOp.CROSSES_BELOW)
_FOLLOWING = (StrategyType.BREAKOUT, StrategyType.TREND_FOLLOWING, StrategyType.MOMENTUM)
_REVERTING = (StrategyType.MEAN_REVERSION, StrategyType.ARBITRAGE, StrategyType.MARKET_MAKING, StrategyType.OTHER)
_TRENDING = (StrategyType.TREND_FOLLOWING, StrategyType.MOMENTUM, StrategyType.BREAKOUT, StrategyType.OTHER)
_BREAKING = (StrategyType.BREAKOUT, StrategyType.TREND_FOLLOWING, StrategyType.MOMENTUM, StrategyType.OTHER)
_RIDING = (StrategyType.MOMENTUM, StrategyType.TREND_FOLLOWING, StrategyType.OTHER)
RSI_MIDDLE = 50.0
SLOW_ATR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """The rules of one indicator, or of all together; `families` are what they may be called, the fittest first."""

    indicators: tuple[Indicator, ...]
    entry: tuple[Condition, ...]
    exit: tuple[Condition, ...] = ()
    families: tuple[StrategyType, ...] = field(default=_REVERTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """Writes conditions for a long position, and turns them round for a short one."""

    long: bool
    family: StrategyType | None

    def when(self, left: Operand, op: ConditionOp, right: Operand) -> Condition:
        return Condition(left=left, op=op if self.long else _MIRRORED[op], right=right)

    def band(self, name: str, which: str) -> str:
        other = {"upper": "lower", "lower": "upper"}
        return f"{name}.{which if self.long else other.get(which, which)}"


def signals_of(parts: Parts, direction: Direction) -> Signals:
    """One entry that needs all indicators to agree. Stated exits are the only ones; else the first indicator's are."""
    side = _Side(long=direction is Direction.LONG, family=parts.family)
    ordered = sorted(parts.parts, key=lambda part: _rank(part, alone=len(parts.parts) == 1))
    each = [_as_stated(part, _RECIPES[part.kind](part, side)) for part in ordered]
    if all(part.kind in (IndicatorKind.ATR, IndicatorKind.VOLUME_SMA) for part in ordered):
        channel = Part(kind=IndicatorKind.DONCHIAN, numbers=DEFINITIONS[IndicatorKind.DONCHIAN].defaults())
        each.insert(0, _donchian(channel, side))
        ordered.insert(0, channel)
    entry = _entry(ordered, each)
    stated = [c for part, one in zip(ordered, each, strict=True) if _leaves(part) for c in one.exit]
    leave = tuple(dict.fromkeys(stated or each[0].exit))
    kept = tuple(c for c in leave if not any(implies(held, c) for held in entry))
    parts.unplaced += [f"{c.left} {c.op} {c.right}" for c in stated if c not in kept]
    return Signals(
        indicators=tuple(indicator for signals in each for indicator in signals.indicators),
        entry=entry,
        exit=kept or (reversed_condition(entry[0]),),
        families=each[0].families,
    )


def _entry(ordered: list[Part], each: list[Signals]) -> tuple[Condition, ...]:
    """The first signal as it is, beside it the state of the others; what is only to leave by enters nothing."""
    entering = [one for part, one in zip(ordered, each, strict=True) if not _only_leaves(part)] or each[:1]
    first, others = entering[0], entering[1:]
    return first.entry + tuple(_as_state(condition) for other in others for condition in other.entry)


def _as_stated(part: Part, usual: Signals) -> Signals:
    ids = frozenset(indicator.id for indicator in usual.indicators)
    entry, leave = stated_rules(part, ids, entry=usual.entry, leave=usual.exit)
    return replace(usual, entry=entry, exit=leave)


def _rank(part: Part, *, alone: bool) -> int:
    """Confirmations come after signals."""
    confirming = part.kind in (IndicatorKind.ATR, IndicatorKind.VOLUME_SMA)
    filtering = part.kind in AVERAGES and len(part.lengths) == 1
    return 0 if alone else 2 * confirming + filtering


def _leaves(part: Part) -> bool:
    return False in _said(part)


def _only_leaves(part: Part) -> bool:
    return _said(part) == {False}


def _said(part: Part) -> set[bool | None]:
    return {level.enters for level in part.levels} | {statement.enters for statement in part.statements}


def _as_state(condition: Condition) -> Condition:
    """Two crossings on one bar hardly ever meet: beside a signal, a crossing counts as long as it lasts."""
    return Condition(left=condition.left, op=_STATES.get(condition.op, condition.op), right=condition.right)


def _indicator(kind: IndicatorKind, numbers: Mapping[str, float], name: str | None = None) -> Indicator:
    own = {key: numbers[key] for key in DEFINITIONS[kind].parameters}
    return Indicator(id=name or str(kind), kind=kind, params=own)


def _averages(part: Part, side: _Side) -> Signals:
    indicators = tuple(_indicator(part.kind, {"length": length}, f"{part.kind}_{length:g}") for length in part.lengths)
    ids = [indicator.id for indicator in indicators]
    fast = PriceField.CLOSE.value if len(ids) == 1 else ids[0]
    slow = ids[0] if len(ids) == 1 else ids[1]
    above, below = ConditionOp.CROSSES_ABOVE, ConditionOp.CROSSES_BELOW
    stacked = tuple(side.when(a, ConditionOp.GT, b) for a, b in pairwise(ids[1:]))
    return Signals(
        indicators=indicators,
        entry=(side.when(fast, above, slow), *stacked),
        exit=(side.when(fast, below, slow),),
        families=_TRENDING,
    )


def _macd(part: Part, side: _Side) -> Signals:
    line, signal = "macd.line", "macd.signal"
    return Signals(
        indicators=(_indicator(part.kind, part.numbers),),
        entry=(side.when(line, ConditionOp.CROSSES_ABOVE, signal),),
        exit=(side.when(line, ConditionOp.CROSSES_BELOW, signal),),
        families=_TRENDING,
    )


def _bollinger(part: Part, side: _Side) -> Signals:
    follows = side.family in _FOLLOWING
    close, middle = PriceField.CLOSE.value, "bollinger.middle"
    entry = side.when(close, ConditionOp.LT, side.band("bollinger", "lower"))
    leave = side.when(close, ConditionOp.GT, middle)
    if follows:
        entry = side.when(close, ConditionOp.GT, side.band("bollinger", "upper"))
        leave = side.when(close, ConditionOp.LT, middle)
    families = _BREAKING if follows else _REVERTING
    return Signals(indicators=(_indicator(part.kind, part.numbers),), entry=(entry,), exit=(leave,), families=families)


def _donchian(part: Part, side: _Side) -> Signals:
    """The close at the channel's edge, so that the rule works whether or not the channel holds today's bar."""
    channel = _indicator(part.kind, part.numbers)
    close = PriceField.CLOSE.value
    entry = side.when(close, ConditionOp.GE, side.band("donchian", "upper"))
    leave = side.when(close, ConditionOp.LT, "donchian.middle")
    indicators: tuple[Indicator, ...] = (channel,)
    if "exit" in part.numbers:
        indicators = (channel, _indicator(part.kind, {"length": part.numbers["exit"]}, "donchian_exit"))
        leave = side.when(close, ConditionOp.LE, side.band("donchian_exit", "lower"))
    return Signals(indicators=indicators, entry=(entry,), exit=(leave,), families=_BREAKING)


def _atr(part: Part, side: _Side) -> Signals:
    """Ranges that widen: a short average above a long one; it is the same for both directions."""
    allowed = DEFINITIONS[IndicatorKind.ATR].parameters["length"]
    length = part.numbers["length"]
    longer = min(length * SLOW_ATR, allowed.high)
    if longer <= length:
        longer, op = allowed.default, ConditionOp.LT
    else:
        op = ConditionOp.GT
    indicators = (_indicator(part.kind, part.numbers), _indicator(part.kind, {"length": longer}, "atr_slow"))
    _ = side
    return Signals(indicators=indicators, entry=(Condition(left="atr", op=op, right="atr_slow"),), families=_BREAKING)


def _volume(part: Part, side: _Side) -> Signals:
    _ = side
    busy = Condition(left=PriceField.VOLUME.value, op=ConditionOp.GT, right="volume_sma")
    return Signals(indicators=(_indicator(part.kind, part.numbers),), entry=(busy,), families=_BREAKING)


def _roc(part: Part, side: _Side) -> Signals:
    threshold = part.numbers["threshold"] if side.long else -part.numbers["threshold"]
    entry = side.when("roc", ConditionOp.GT, threshold)
    leave = side.when("roc", ConditionOp.LT, 0.0)
    return _levelled(part, (entry,), (leave,), _RIDING)


def _rsi(part: Part, side: _Side) -> Signals:
    if side.family in _RIDING[:2] and not part.levels:
        above, below = side.when("rsi", ConditionOp.GT, RSI_MIDDLE), side.when("rsi", ConditionOp.LT, RSI_MIDDLE)
        return _levelled(part, (above,), (below,), _RIDING)
    low, high = part.numbers["lower"], part.numbers["upper"]
    buy = Condition(left="rsi", op=ConditionOp.LT, right=low)
    sell = Condition(left="rsi", op=ConditionOp.GT, right=high)
    return _levelled(part, (buy if side.long else sell,), (sell if side.long else buy,), _REVERTING)


def _stochastic(part: Part, side: _Side) -> Signals:
    low, high = part.numbers["lower"], part.numbers["upper"]
    k, d = "stochastic.k", "stochastic.d"
    buy = Condition(left=k, op=ConditionOp.LT, right=low)
    sell = Condition(left=k, op=ConditionOp.GT, right=high)
    made = _levelled(part, (buy if side.long else sell,), (sell if side.long else buy,), _REVERTING)
    turn = side.when(k, ConditionOp.CROSSES_ABOVE, d)
    return Signals(indicators=made.indicators, entry=(turn, *made.entry), exit=made.exit, families=made.families)


def _zscore(part: Part, side: _Side) -> Signals:
    sign = 1 if side.long else -1
    entry = side.when("zscore", ConditionOp.LT, sign * part.numbers["lower"])
    leave = side.when("zscore", ConditionOp.GT, sign * part.numbers["upper"])
    return _levelled(part, (entry,), (leave,), _REVERTING)


def _levelled(
    part: Part, entry: tuple[Condition, ...], leave: tuple[Condition, ...], families: tuple[StrategyType, ...]
) -> Signals:
    """Stated levels in the place of the usual ones; one that cannot hold with the others is a way out."""
    series = str(entry[0].left)
    stated = [(level, Condition(left=series, op=level.op, right=level.value)) for level in part.levels]
    enters: list[Condition] = []
    leaves: list[Condition] = []
    said = {level.enters for level in part.levels}
    for level, condition in stated:
        opens = level.enters is None and False in said and True not in said
        entering = (opens or _enters(level, entry[0])) and _agree([*enters, condition])
        (enters if entering else leaves).append(condition)
    if enters and not leaves:
        leaves = [_way_out(enters[0], leave[0])]
    if leaves and not enters:
        enters = [entry[0] if entry[0] not in leaves else _way_out(leaves[0], leave[0])]
    own = (_indicator(part.kind, part.numbers),)
    return Signals(indicators=own, entry=tuple(enters) or entry, exit=tuple(leaves) or leave, families=families)


def _enters(level: Level, usual: Condition) -> bool:
    """As it was said; where it was not, a level on the side where this indicator usually enters."""
    return level.enters if level.enters is not None else (level.op in _BELOW) == (usual.op in _BELOW)


def _agree(conditions: list[Condition]) -> bool:
    highest = [float(c.right) for c in conditions if c.op in (ConditionOp.GT, ConditionOp.GE)]
    lowest = [float(c.right) for c in conditions if c.op in (ConditionOp.LT, ConditionOp.LE)]
    return not highest or not lowest or max(highest) < min(lowest)


def _way_out(entry: Condition, usual: Condition) -> Condition:
    """The usual exit where it lies beyond the entry's level, else the way back through that level."""
    below = entry.op in _BELOW
    level = float(entry.right)
    beyond = (
        (float(usual.right) > level and usual.op not in _BELOW)
        if below
        else (float(usual.right) <= level and usual.op in _BELOW)
    )
    if beyond:
        return usual
    return Condition(left=entry.left, op=ConditionOp.GT if below else ConditionOp.LT, right=level)


_RECIPES: Mapping[IndicatorKind, Callable[[Part, _Side], Signals]] = {
    IndicatorKind.SMA: _averages,
    IndicatorKind.EMA: _averages,
    IndicatorKind.RSI: _rsi,
    IndicatorKind.MACD: _macd,
    IndicatorKind.BOLLINGER: _bollinger,
    IndicatorKind.ATR: _atr,
    IndicatorKind.ROC: _roc,
    IndicatorKind.DONCHIAN: _donchian,
    IndicatorKind.STOCHASTIC: _stochastic,
    IndicatorKind.ZSCORE: _zscore,
    IndicatorKind.VOLUME_SMA: _volume,
}
