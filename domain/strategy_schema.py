"""The JSON Schema of a strategy, from the domain's own types and ranges; adapters trim it to what a provider takes."""

from collections.abc import Mapping
from enum import StrEnum

from domain.backtest import StrategyType
from domain.indicators import DEFINITIONS, IndicatorKind, PriceField
from domain.strategy import MAX_CONDITIONS, MAX_INDICATORS, TIMEFRAMES, ConditionOp, Direction, Match

Schema = Mapping[str, object]


def strategy_schema() -> Schema:
    """A strict schema: every member required, an optional one nullable, no further members."""
    return _object(
        name={"type": "string", "minLength": 1, "maxLength": 200},
        description={"type": "string", "maxLength": 4000},
        type=_choice(StrategyType),
        symbols={"type": "array", "items": {"type": "string"}, "minItems": 1},
        timeframe={"type": "string", "enum": list(TIMEFRAMES)},
        indicators={"type": "array", "items": {"anyOf": [_indicator(k) for k in IndicatorKind]},
                    "maxItems": MAX_INDICATORS},
        entry=_rule(least=1),
        exit=_rule(least=0),
        direction=_choice(Direction),
        risk=_risk(),
    )  # fmt: skip


def prose_schema() -> Schema:
    """What a model writes that cannot design: a name and a description."""
    return _object(
        name={"type": "string", "minLength": 1, "maxLength": 60},
        description={"type": "string", "minLength": 1, "maxLength": 200},
    )


def _object(**members: Schema) -> Schema:
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


def _choice(words: type[StrEnum]) -> Schema:
    return {"type": "string", "enum": [word.value for word in words]}


def _indicator(kind: IndicatorKind) -> Schema:
    ranges = DEFINITIONS[kind].parameters
    params = {
        name: {"type": "integer" if r.whole else "number", "minimum": r.low, "maximum": r.high}
        for name, r in ranges.items()
    }
    source: Schema = {"type": "null"}
    if DEFINITIONS[kind].takes_source:
        source = {"type": ["string", "null"], "enum": [*(field.value for field in PriceField), None]}
    return _object(
        id={"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
        kind={"type": "string", "enum": [kind.value]},
        source=source,
        params=_object(**params),
    )


def _rule(*, least: int) -> Schema:
    operand: Schema = {"anyOf": [{"type": "string"}, {"type": "number"}]}
    condition = _object(left=operand, op=_choice(ConditionOp), right=operand)
    conditions: Schema = {"type": "array", "items": condition, "minItems": least, "maxItems": MAX_CONDITIONS}
    return _object(match=_choice(Match), conditions=conditions)


def _risk() -> Schema:
    return _object(
        position_fraction={"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        stop_loss={"type": ["number", "null"], "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        take_profit={"type": ["number", "null"], "exclusiveMinimum": 0, "maximum": 10},
        max_holding_bars={"type": ["integer", "null"], "minimum": 1},
    )
