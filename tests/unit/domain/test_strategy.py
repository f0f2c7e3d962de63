from math import inf, nan

import pytest

from domain.errors import InvalidStrategy
from domain.indicators import DEFINITIONS, IndicatorKind, PriceField
from domain.strategy import Condition, ConditionOp, Indicator, Match, Operand, Risk
from tests.builder_fields import SpecFields
from tests.builders import a_rule_of, a_spec

RSI = Indicator(id="rsi_1", kind=IndicatorKind.RSI, params={"length": 14})
CLOSE_ABOVE = Condition(left="close", op=ConditionOp.GT, right=10.0)


def when(left: Operand, op: str, right: Operand) -> Condition:
    return Condition(left=left, op=ConditionOp(op), right=right)


def an_indicator(kind: str, *, source: str | None = None, **params: float) -> Indicator:
    return Indicator(id="x", kind=IndicatorKind(kind), params=params, source=PriceField(source) if source else None)


def with_indicator(indicator: Indicator) -> SpecFields:
    return {"indicators": (indicator,), "entry": a_rule_of(when("close", ">", 10.0)), "exit": a_rule_of()}


def entering(*conditions: Condition, match: Match = Match.ALL) -> SpecFields:
    return {"entry": a_rule_of(*conditions, match=match)}


def in_and_out(entry: Condition, *leave: Condition) -> SpecFields:
    return {"indicators": (RSI,), "entry": a_rule_of(entry), "exit": a_rule_of(*leave, match=Match.ANY)}


def violated(changes: SpecFields) -> list[str]:
    with pytest.raises(InvalidStrategy) as refusal:
        a_spec(**changes)
    return [violation.field for violation in refusal.value.violations]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\0"}, "name"),
        ({"description": "x" * 4_001}, "description"),
        ({"description": "\ud83d"}, "description"),
        ({"symbols": ()}, "symbols"),
        ({"symbols": ("GOOG", " ")}, "symbols"),
        ({"symbols": ("GOOG", "GOOG")}, "symbols"),
        ({"symbols": ("GO\0G",)}, "symbols"),
        ({"timeframe": "3d"}, "timeframe"),
        (with_indicator(Indicator(id="Rsi", kind=IndicatorKind.RSI)), "indicators[0].id"),
        (with_indicator(Indicator(id="close", kind=IndicatorKind.RSI)), "indicators[0].id"),
        ({"indicators": (RSI, RSI)}, "indicators[1].id"),
        (with_indicator(an_indicator("atr", source="open")), "indicators[0].source"),
        (with_indicator(an_indicator("rsi", period=14)), "indicators[0].params.period"),
        (with_indicator(an_indicator("rsi", length=14.5)), "indicators[0].params.length"),
        (with_indicator(an_indicator("rsi", length=0)), "indicators[0].params.length"),
        (with_indicator(an_indicator("rsi", length=nan)), "indicators[0].params.length"),
        (with_indicator(an_indicator("bollinger", deviations=11)), "indicators[0].params.deviations"),
        (with_indicator(an_indicator("macd", fast=26, slow=26)), "indicators[0].params.fast"),
        (with_indicator(an_indicator("macd", fast=30)), "indicators[0].params.fast"),
        (entering(), "entry.conditions"),
        (entering(*[CLOSE_ABOVE] * 11), "entry.conditions"),
        (entering(when("rsi_9", "<", 30.0)), "entry.conditions[0].left"),
        (entering(when("rsi_1.k", "<", 30.0)), "entry.conditions[0].left"),
        (entering(when("rsi_1", "<", nan)), "entry.conditions[0].right"),
        (entering(when("rsi_1", "<", inf)), "entry.conditions[0].right"),
        (entering(when(1.0, "<", 2.0)), "entry.conditions[0]"),
        (entering(when("close", ">", "close")), "entry.conditions[0]"),
        (entering(when("close", ">", "rsi_1")), "entry.conditions[0]"),
        (entering(when("close", ">", "volume")), "entry.conditions[0]"),
        (entering(when(30.0, "crosses_above", "rsi_1")), "entry.conditions[0].left"),
        (entering(when("rsi_1", ">", 100.0)), "entry.conditions[0].right"),
        (entering(when("rsi_1", ">=", 0.0)), "entry.conditions[0].right"),
        (entering(when(-1.0, "<", "close")), "entry.conditions[0].left"),
        (entering(when("rsi_1", ">", 70.0), when("rsi_1", "<", 30.0)), "entry.conditions"),
        (entering(when("rsi_1", ">", 70.0), when(30.0, ">", "rsi_1")), "entry.conditions"),
        ({"exit": a_rule_of(), "risk": Risk(position_fraction=1.0, take_profit=0.1)}, "exit.conditions"),
        ({"exit": a_spec().entry}, "exit"),
        (in_and_out(when("rsi_1", "<", 30.0), when("rsi_1", "<", 30.0)), "exit"),
        (in_and_out(when("rsi_1", "<", 30.0), when("rsi_1", ">", 70.0), when("rsi_1", "<=", 40.0)), "exit"),
        (in_and_out(when("rsi_1", "crosses_below", 30.0), when(35.0, ">", "rsi_1")), "exit"),
        (in_and_out(when("close", "crosses_above", "open"), when("open", "<=", "close")), "exit"),
        ({"risk": Risk(position_fraction=0.0)}, "risk.position_fraction"),
        ({"risk": Risk(position_fraction=1.01)}, "risk.position_fraction"),
        ({"risk": Risk(position_fraction=nan)}, "risk.position_fraction"),
        ({"risk": Risk(position_fraction=1.0, stop_loss=1.0)}, "risk.stop_loss"),
        ({"risk": Risk(position_fraction=1.0, stop_loss=0.0)}, "risk.stop_loss"),
        ({"risk": Risk(position_fraction=1.0, take_profit=10.5)}, "risk.take_profit"),
        ({"risk": Risk(position_fraction=1.0, max_holding_bars=0)}, "risk.max_holding_bars"),
    ],
)
def test_what_no_engine_could_run_is_refused_by_field(changes: SpecFields, field: str) -> None:
    assert violated(changes) == [field]


def test_more_indicators_than_allowed_are_refused() -> None:
    many = tuple(Indicator(id=f"rsi_{n}", kind=IndicatorKind.RSI) for n in range(11))
    assert violated({"indicators": many}) == ["indicators"]


def test_every_violation_is_listed_at_once() -> None:
    fields = violated({"name": "", "timeframe": "3d", "indicators": (), "risk": Risk(position_fraction=2.0)})
    assert fields == [
        "name", "timeframe", "entry.conditions[0].left", "exit.conditions[0].left", "risk.position_fraction",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        entering(when(30.0, ">", "rsi_1")),
        entering(when("rsi_1", ">", 30.0), when("rsi_1", "<", 70.0)),
        entering(when("rsi_1", ">", 70.0), when("rsi_1", "<", 30.0), match=Match.ANY),
        entering(when("close", "crosses_above", "open")),
        in_and_out(when("rsi_1", "<", 30.0), when("rsi_1", "<", 20.0)),
        in_and_out(when("rsi_1", "<=", 30.0), when("rsi_1", "<", 30.0)),
        in_and_out(when("close", "crosses_above", "open"), when("close", "<", "open")),
        in_and_out(when("rsi_1", ">", 30.0), when("rsi_1", "crosses_above", 20.0)),
        {"exit": a_rule_of(), "risk": Risk(position_fraction=1.0, max_holding_bars=1)},
        {"risk": Risk(position_fraction=1.0, stop_loss=0.99, take_profit=10.0)},
        {"name": "이동평균 교차", "symbols": ("005930.KS", "GOOG")},
    ],
)
def test_what_lies_inside_the_bounds_is_valid(changes: SpecFields) -> None:
    assert a_spec(**changes).direction == a_spec().direction


@pytest.mark.parametrize("kind", IndicatorKind)
def test_the_defaults_and_both_ends_of_every_indicator_are_valid(kind: IndicatorKind) -> None:
    parameters = DEFINITIONS[kind].parameters
    for params in [{}, *({name: each.low} for name, each in parameters.items() if name != "slow")]:
        spec = a_spec(**with_indicator(Indicator(id="x", kind=kind, params=params)))
        assert spec.indicators[0].params == params


@pytest.mark.parametrize("kind", IndicatorKind)
def test_every_output_of_every_indicator_can_be_compared_with_its_own_kind(kind: IndicatorKind) -> None:
    for output in DEFINITIONS[kind].outputs:
        other = Indicator(id="y", kind=kind)
        entry = a_rule_of(when(f"x.{output}", "crosses_above", f"y.{output}"))
        spec = a_spec(indicators=(an_indicator(kind), other), entry=entry, exit=a_rule_of())
        assert spec.lookback() > 1


@pytest.mark.parametrize(
    ("indicator", "bars"),
    [
        (an_indicator("sma", length=50), 51),
        (an_indicator("rsi"), 15),
        (an_indicator("macd"), 35),
        (an_indicator("bollinger", length=20, deviations=2.5), 21),
        (an_indicator("stochastic"), 21),
    ],
)
def test_the_lookback_is_that_of_the_indicator_that_needs_most(indicator: Indicator, bars: int) -> None:
    assert a_spec(**with_indicator(indicator)).lookback() == bars


def test_prices_alone_need_one_bar() -> None:
    assert a_spec(indicators=(), entry=a_rule_of(CLOSE_ABOVE), exit=a_rule_of()).lookback() == 1
